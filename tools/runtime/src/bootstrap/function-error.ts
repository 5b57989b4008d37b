import type { FunctionError } from '../environment/messages.ts';

/** An error with one of Lambda's names, such as `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

/**
 * Describes an exception to the caller as nodejs24.x does. `trace` is the stack by lines; it is empty if no Error was thrown.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/Errors.js)
 */
export function describeError(error: unknown): FunctionError {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
