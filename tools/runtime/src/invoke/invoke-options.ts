import type { LogLevel } from '@nanoservices/model';

/** One invocation of an endpoint or a unit. */
export interface InvokeOptions {
  /** Name of the endpoint or unit. */
  readonly name: string;
  readonly path?: string | undefined;
  /** HTTP method in capitals. */
  readonly method?: string | undefined;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly data?: Buffer | undefined;
  readonly token?: string | undefined;
  /** Event as JSON, instead of the options above. */
  readonly event?: string | undefined;
  /** Timeout in seconds. Default: the function's. */
  readonly timeout?: number | undefined;
  /** Least level of the log lines. Default: the function's. */
  readonly logLevel?: LogLevel | undefined;
  /** Hands on the AWS credentials of this machine's user to functions whose contracts declare permissions. Default: false. */
  readonly awsCredentials?: boolean | undefined;
  /** Prints the response as raw JSON. */
  readonly json: boolean;
}
