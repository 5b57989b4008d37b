import type { Context } from 'aws-lambda';
import type { InvokeMessage } from '../environment/messages.ts';

/** @returns the second argument of the handler */
export function contextOf(message: InvokeMessage): Context {
  const { env } = process;
  const { requestId, deadlineMs, invokedFunctionArn, clientContext } = message;
  const context = {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME as string,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION as string,
    invokedFunctionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE as string,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME as string,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME as string,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  // The types still have members that nodejs24.x has not: done, fail, succeed and callbackWaitsForEmptyEventLoop.
  return context as unknown as Context;
}
