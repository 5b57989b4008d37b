import type { Context } from 'aws-lambda';
import type { InvokeMessage } from '../environment/messages.ts';

/** @returns the second argument of the handler */
export function contextOf(message: InvokeMessage): Context {
  const { env } = process;
  const { requestId, deadlineMs, invokedFunctionArn, clientContext, traceId, tenantId } = message;
  const context = {
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: undefined,
    invokedFunctionArn,
    awsRequestId: requestId,
    tenantId,
    xRayTraceId: traceId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME as string,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION as string,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE as string,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME as string,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME as string,
  };
  // The types still have members that nodejs24.x has not: done, fail, succeed and callbackWaitsForEmptyEventLoop.
  return context as unknown as Context;
}
