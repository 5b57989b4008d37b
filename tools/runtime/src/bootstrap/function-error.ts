import type { FunctionError } from '../environment/messages.ts';

// Errors of the runtime. Text logs and callers see their names, JSON logs their classes; both are those of nodejs24.x.

export class HandlerNotFoundError extends Error {
  override readonly name = 'Runtime.HandlerNotFound';
}

export class ImportModuleError extends Error {
  override readonly name = 'Runtime.ImportModuleError';
}

export class UserCodeSyntaxError extends Error {
  override readonly name = 'Runtime.UserCodeSyntaxError';
}

export class CallbackHandlerDeprecatedError extends Error {
  override readonly name = 'Runtime.CallbackHandlerDeprecated';
}

export class JSONStringifyError extends Error {
  override readonly name = 'Runtime.JSONStringifyError';
}

export class MalformedStreamingHandler extends Error {
  override readonly name = 'Runtime.MalformedStreamingHandler';
}

export class InvalidStreamingOperation extends Error {
  override readonly name = 'Runtime.InvalidStreamingOperation';
}

/**
 * Describes an exception to the caller as nodejs24.x does. `trace` is the stack by lines; it is empty if no Error was thrown.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/utils/error.ts)
 */
export function functionErrorOf(error: unknown): FunctionError {
  try {
    if (!(error instanceof Error)) {
      return { errorType: typeof error, errorMessage: String(error), trace: [] };
    }
    return {
      errorType: printable(error.name),
      errorMessage: printable(error.message),
      trace: printable(error.stack)?.split('\n') ?? [],
    };
  } catch {
    return { errorType: 'handled', errorMessage: unreadable, trace: [] };
  }
}

// Words of AWS's client, which has no callbacks any more.
const unreadable =
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';

/** An error may have no name, message or stack. Lambda replaces the character DEL. @throws TypeError when it is no string */
function printable<Text extends string | undefined>(text: Text): Text {
  return text?.replaceAll('\x7F', '%7F') as Text;
}
