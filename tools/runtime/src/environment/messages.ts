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
  readonly tenantId?: string | undefined;
  /** Client context as JSON. */
  readonly clientContext?: string | undefined;
  /** Event as JSON. */
  readonly body: string;
}

/**
 * A message of a sandbox. First comes `ready` or `error`; then each invocation ends with one `response` or `error`. A `log`
 * line belongs to the running invocation. `stream` announces a streamed response, whose parts come on a channel of their own.
 */
export type SandboxMessage =
  | { readonly type: 'ready'; readonly initDurationMs: number }
  | { readonly type: 'log'; readonly body: string }
  | { readonly type: 'stream'; readonly contentType: string }
  | InvocationEnd;

/** The end of an invocation. */
export interface InvocationEnd {
  readonly type: 'response' | 'error';
  readonly memoryMb: number;
  /** Result of the handler, or {@link FunctionError}, as JSON. */
  readonly body: string;
  /** Length of the streamed response; undefined when the handler does not stream. */
  readonly streamedBytes?: number | undefined;
}
