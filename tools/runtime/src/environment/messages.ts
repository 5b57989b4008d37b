/** The error of a function in the form that Lambda gives to the caller. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The message that starts an invocation in an environment. */
export interface InvokeMessage {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
  readonly invokedFunctionArn: string;
  readonly traceId?: string | undefined;
  /** Client context as JSON. */
  readonly clientContext?: string | undefined;
  /** Event as JSON. */
  readonly body: string;
}

/**
 * A message of a sandbox. First comes `ready` or `error`; then each invocation ends with one `response` or `error`. A `log`
 * line belongs to the running invocation.
 */
export type SandboxMessage =
  | { readonly type: 'ready'; readonly initDurationMs: number }
  | { readonly type: 'log'; readonly body: string }
  /** `body`: result of the handler as JSON. */
  | { readonly type: 'response'; readonly memoryMb: number; readonly body: string }
  /** `body`: {@link FunctionError} as JSON. */
  | { readonly type: 'error'; readonly memoryMb: number; readonly body: string };
