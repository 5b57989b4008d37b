import { awsRequest } from './aws-request.ts';

/** Result of a synchronous invocation. */
export interface InvokeResult {
  readonly payload: unknown;
  /** Kind of error, `Unhandled`, if the function failed. */
  readonly functionError: string | null;
}

/**
 * Invokes a Lambda function and waits for its result.
 *
 * @param functionName - name, `name:alias` or ARN
 * @throws Error when Lambda refuses the invocation or the signal aborts it
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invokeFunction(
  functionName: string,
  event: unknown,
  signal: AbortSignal,
): Promise<InvokeResult> {
  const traceId = process.env._X_AMZN_TRACE_ID;
  const response = await awsRequest({
    service: 'lambda',
    path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
    headers: { 'content-type': 'application/json', ...(traceId && { 'x-amzn-trace-id': traceId }) },
    body: JSON.stringify(event),
    signal,
  });
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`Lambda refused to invoke ${functionName}: HTTP ${response.status} ${text}`);
  }
  return { payload: JSON.parse(text), functionError: response.headers.get('x-amz-function-error') };
}
