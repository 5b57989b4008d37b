import { functionErrorOf } from './function-error.ts';

/** @returns an error for what was thrown. @throws when it cannot be converted to a string */
export function intoError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** @returns the JSON of an error in a text log: its fields and its stack, by lines */
export function loggedFields(error: Error): string {
  try {
    return JSON.stringify(error, (_, value) => (value instanceof Error ? withStack(value) : value));
  } catch {
    return JSON.stringify(functionErrorOf(error));
  }
}

function withStack(error: Error & { code?: unknown }): object {
  const { name, message, code, stack } = error;
  const fields = Object.assign({ errorType: name, errorMessage: message, code }, error);
  return typeof stack === 'string' ? Object.assign(fields, { stack: stack.split('\n') }) : fields;
}

/** @returns the fields of an error in a JSON log */
export function structuredFields(error: Error): object {
  const { stack } = error;
  return {
    // An error may have no prototype.
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof stack === 'string' ? stack.split('\n') : stack,
  };
}
