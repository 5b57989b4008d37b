import type { Cors, Route } from '@nanoservices/model';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import type { Report } from '../environment/log-entry.ts';
import type { JwtSettings } from '../tokens/token-verifier.ts';
import type { LogStyle } from './log-printer.ts';

/** The settings of the serving process. */
export interface HostConfiguration {
  readonly port: number;
  readonly lambdaPort: number;
  readonly host: string;
  /** Further names in Host headers. */
  readonly hostNames: readonly string[];
  /** Secret of the Lambda API. */
  readonly accessKey: string;
  readonly concurrency: number;
  readonly idleTimeoutMs: number;
  /** Timeout of the init phase in milliseconds. Default: Lambda's. */
  readonly initTimeoutMs?: number;
  readonly logs: LogStyle;
  /** Request for an event with the report of each invocation. */
  readonly reports: boolean;
  readonly cors: Cors | undefined;
  readonly jwt: JwtSettings;
  /** OpenAPI document of the routes as JSON. */
  readonly document: string | undefined;
  /** Token of the local caller for the page at /docs; undefined when other machines can read the page. */
  readonly token: string | undefined;
  readonly functions: readonly FunctionConfiguration[];
  readonly routes: readonly Route[];
}

/** A message to the serving process. */
export type HostCommand =
  | { readonly type: 'start'; readonly configuration: HostConfiguration }
  | { readonly type: 'put'; readonly function: FunctionConfiguration }
  | { readonly type: 'remove'; readonly functionName: string }
  | ({ readonly type: 'routes' } & Pick<HostConfiguration, 'routes' | 'cors' | 'document' | 'token'>)
  | { readonly type: 'stop' };

/** A message from the serving process. */
export type HostEvent =
  | { readonly type: 'listening'; readonly port: number; readonly lambdaPort: number }
  | { readonly type: 'failed'; readonly message: string }
  | {
      readonly type: 'report';
      readonly functionName: string;
      readonly requestId: string;
      readonly report: Report;
    };
