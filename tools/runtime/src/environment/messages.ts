/** The error of a function, as Lambda gives it to the caller: what nodejs24.x makes of an exception. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What the runtime asks of an environment. */
export interface InvokeMessage {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  readonly traceId?: string | undefined;
  /** As JSON. */
  readonly clientContext?: string | undefined;
  /** The event as JSON. */
  readonly body: string;
}

/**
 * What an environment tells. After `ready`, or an `error` instead of it, each invocation ends with one `response` or
 * `error`; a `log` line belongs to the invocation that runs.
 */
export type EnvironmentMessage =
  | { readonly type: 'ready'; readonly initDurationMs: number }
  | { readonly type: 'log'; readonly body: string }
  /** The handler's result, as JSON. */
  | { readonly type: 'response'; readonly memoryMb: number; readonly body: string }
  /** A {@link FunctionError}, as JSON. */
  | { readonly type: 'error'; readonly memoryMb: number; readonly body: string };
