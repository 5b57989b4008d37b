import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import {
  CallbackHandlerDeprecatedError,
  HandlerNotFoundError,
  ImportModuleError,
  UserCodeSyntaxError,
} from './function-error.ts';
import { isStreaming, type StreamingHandler } from './streaming.ts';

/** A handler as nodejs24.x calls it: with two arguments, and no callback. */
export type Handler = ((this: object, event: unknown, context: Context) => unknown) | StreamingHandler;

/**
 * Imports the bundle, which is the init phase, and takes its export `handler`.
 *
 * @throws an error with nodejs24.x's name for the fault of the bundle, or the error that the bundle throws
 */
export async function loadHandler(bundle: string): Promise<Handler> {
  const module = await import(pathToFileURL(bundle).href).catch((error) => {
    throw importError(error);
  });
  const handler = module.handler || module.default?.handler;
  const name = process.env._HANDLER;
  if (!handler) throw new HandlerNotFoundError(`${name} is undefined or not exported`);
  if (typeof handler !== 'function') {
    throw new HandlerNotFoundError(`${name} is not a function`);
  }
  if (!isStreaming(handler) && handler.length >= 3) throw new CallbackHandlerDeprecatedError(noCallbacks);
  return handler;
}

const noCallbacks =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

function importError(error: unknown): unknown {
  if (error instanceof SyntaxError) {
    // The stack has the file and the line.
    return Object.assign(new UserCodeSyntaxError(String(error)), { stack: error.stack });
  }
  // The code of require(). Lambda does not rename ERR_MODULE_NOT_FOUND, the code of import.
  if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
    return new ImportModuleError(String(error));
  }
  return error;
}
