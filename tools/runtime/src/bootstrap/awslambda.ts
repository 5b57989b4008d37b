import { InvokeStore, InvokeStoreBase } from '@aws/lambda-invoke-store';
import type { InvokeMessage } from '../environment/messages.ts';
import { installStreaming } from './streaming.ts';

/**
 * Makes the global object `awslambda`, which nodejs24.x offers to functions: response streaming, and the store of the running
 * invocation. A function opts out of the global with AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA=1; the store exists all the same.
 *
 * @see https://github.com/awslabs/aws-lambda-invoke-store
 */
export function installAwslambda(): Promise<InvokeStoreBase> {
  installStreaming();
  return InvokeStore.getInstanceAsync();
}

/** Runs an invocation with its ids in the store. They stay there until the next invocation, as in Lambda. */
export function runInStore<Result>(
  store: InvokeStoreBase,
  { requestId, traceId }: Pick<InvokeMessage, 'requestId' | 'traceId'>,
  work: () => Result,
): Result {
  const { REQUEST_ID, X_RAY_TRACE_ID } = InvokeStoreBase.PROTECTED_KEYS;
  return store.run({ [REQUEST_ID]: requestId, [X_RAY_TRACE_ID]: traceId }, work);
}
