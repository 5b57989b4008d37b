import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { RuntimeError } from './function-error.ts';
import { isStreaming, type StreamingHandler } from './streaming.ts';

/** A handler as nodejs24.x calls it: with two arguments, and no callback. */
export type Handler = ((event: unknown, context: Context) => unknown) | StreamingHandler;

/**
 * Imports the bundle, which is the init phase, and takes its export `handler`.
 *
 * @throws RuntimeError with nodejs24.x's name for the fault of the bundle, or the error that the bundle throws
 */
export async function loadHandler(bundle: string): Promise<Handler> {
  const module = await import(pathToFileURL(bundle).href).catch((error) => {
    throw error instanceof SyntaxError
      ? new RuntimeError('Runtime.UserCodeSyntaxError', String(error), error)
      : error?.code === 'ERR_MODULE_NOT_FOUND'
        ? new RuntimeError('Runtime.ImportModuleError', `Error: ${error.message}`, error)
        : error;
  });
  if (typeof module.handler !== 'function') {
    const name = process.env._HANDLER;
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (!isStreaming(module.handler) && module.handler.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'nodejs24.x does not support callback handlers: use an async function of at most two parameters.',
    );
  }
  return module.handler;
}
