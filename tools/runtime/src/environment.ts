/** A function to run: what AWS Lambda calls its configuration. */
export interface FunctionConfiguration {
  readonly functionName: string;
  /** The built ES module that exports `handler`. */
  readonly bundle: string;
  /** Megabytes the function may use in all. */
  readonly memorySize: number;
  /** Seconds an invocation may take. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface InvocationRequest {
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
}

/** The error of a function, as Lambda gives it to the caller: what nodejs24.x makes of an exception. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type InvocationResult = (
  | { readonly status: 'success'; readonly payload: unknown }
  | { readonly status: 'error'; readonly error: FunctionError }
) & {
  readonly durationMs: number;
  /** Present on the first invocation of an environment: the cold start. */
  readonly initDurationMs?: number;
  readonly maxMemoryUsedMb: number;
};

/**
 * An execution environment: one instance of a function, for one invocation at a time. The rest of the runtime does not
 * know whether it is a process or something else.
 */
export interface Environment {
  /** Runs the handler. Resolves also when the function fails; an environment that failed to stay alive is `stopped`. */
  invoke(request: InvocationRequest): Promise<InvocationResult>;
  /** Whether the environment can take no further invocation. */
  readonly stopped: boolean;
  stop(): Promise<void>;
}
