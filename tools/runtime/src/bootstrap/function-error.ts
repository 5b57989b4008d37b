import type { FunctionError } from '../environment/messages.ts';

/** An error that the runtime reports under a name of Lambda's, such as `Runtime.HandlerNotFound`. */
export class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

/**
 * What nodejs24.x tells the caller of an exception: `trace` is the stack by lines, and empty for what is no Error.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/Errors.js)
 */
export function describeError(error: unknown): FunctionError {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
