import type { Isolation, LogLevel, PackedApplication } from '@nanoservices/model';
import type { Report } from '../environment/log-entry.ts';
import type { LogStyle } from './log-printer.ts';

/** News for the person at the terminal: a rebuild, a mistake, a restart. */
export interface Notice {
  readonly level: 'info' | 'error';
  readonly text: string;
}

/** The report of an invocation. */
export interface ReportEvent {
  readonly functionName: string;
  readonly requestId: string;
  readonly report: Report;
}

/** Options of `startApi`. */
export interface StartApiOptions {
  /** Absolute path of the workspace. */
  readonly root: string;
  /** Name of the topology. Default: the environment variable NANO_TOPOLOGY, or the active topology. */
  readonly topology?: string | undefined;
  /** Isolation of all functions. Default: the isolation in functions/topology.json. */
  readonly isolation?: Isolation | undefined;
  /** Port of the HTTP API. Default: 0, which is any free port. */
  readonly port?: number;
  /** Port of the Lambda API. Default: 0, which is any free port. */
  readonly lambdaPort?: number;
  /** Address of the HTTP API to listen on. Default: 127.0.0.1. The Lambda API is on loopback always. */
  readonly host?: string;
  /** Further names that requests may have in their Host header, such as the name of a proxy. */
  readonly hostNames?: readonly string[];
  /** Style of the log on stdout. Default: `none`. */
  readonly logs?: LogStyle | undefined;
  /** Least level of the functions' log lines. Default: the level of each function; else all, or INFO with the style `json`. */
  readonly logLevel?: LogLevel | undefined;
  /** Hands on the AWS credentials of this machine's user to functions whose contracts declare permissions. Default: false. */
  readonly awsCredentials?: boolean | undefined;
  /** Rebuilds changed sources. Default: false. */
  readonly watch?: boolean;
  /** Highest number of concurrent invocations of a function without a reservation. Default: 100. */
  readonly concurrency?: number;
  /** Milliseconds after which an idle environment is stopped. Default: 300,000. */
  readonly idleTimeoutMs?: number;
  /** Variables that name the database; see `acquireDatabase`. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Aborts the start: what it has acquired is released. Without effect afterwards. */
  readonly signal?: AbortSignal;
  /** Called with each step of the start. */
  readonly onProgress?: (doing: string) => void;
  /** Called with news. Default: errors are printed on stderr. */
  readonly onNotice?: (notice: Notice) => void;
  /** Called with the report of each invocation. */
  readonly onReport?: (event: ReportEvent) => void;
}

/** The whole API, running on this machine. */
export interface StartedApi extends AsyncDisposable {
  /** Address of the HTTP API. */
  readonly url: string;
  /** Address of the Lambda API. */
  readonly lambdaUrl: string;
  /** Secret of this start: the access key id and the secret access key of clients of the Lambda API. */
  readonly accessKey: string;
  /** Network address that the HTTP API listens on. */
  readonly host: string;
  /** Address of the API reference; undefined when the contracts have no OpenAPI document. */
  readonly referenceUrl: string | undefined;
  /** The application in its present form. */
  readonly application: PackedApplication;
  /** Names of the functions that could not be built. */
  readonly unbuilt: readonly string[];
  /** @returns the isolation of a function; undefined when it could not be built */
  isolationOf(functionName: string): Isolation | undefined;
  readonly hasCors: boolean;
  /** Description of the database. */
  readonly database: string;
  /** Issuer of accepted tokens. */
  readonly issuer: string;
  /** Token of the local caller; undefined when tokens come from another issuer. */
  readonly token: string | undefined;
  /** Process id of the serving process, the parent of all process environments. */
  readonly pid: number;
  /**
   * Resolves after `stop`. Rejects when the serving process has crashed and cannot be restarted; everything is released
   * by then. An ignored rejection does not end the process.
   */
  readonly ended: Promise<void>;
  /** Waits for running requests, then frees everything. */
  stop(): Promise<void>;
  /** Ends the serving process and its environments at once. */
  kill(): void;
}
