import { AwsV4Signer } from 'aws4fetch';

/** A function's answer to a synchronous invocation. */
export interface Invocation {
  readonly payload: unknown;
  /** Set when the function failed: `Unhandled`. */
  readonly functionError: string | null;
}

/**
 * Invokes a Lambda function and waits for its answer: the Invoke API, signed with Signature Version 4, without the AWS
 * SDK and its size. Region, credentials and endpoint come from the environment variables that Lambda sets and the SDKs
 * obey (AWS_REGION, AWS_ACCESS_KEY_ID, ..., AWS_ENDPOINT_URL_LAMBDA).
 *
 * @param functionName - name, `name:alias` or ARN
 * @throws Error when Lambda refuses the invocation or the signal aborts it
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invokeFunction(
  functionName: string,
  event: unknown,
  signal: AbortSignal,
): Promise<Invocation> {
  const { env } = process;
  const region = env.AWS_REGION ?? 'us-east-1';
  const service =
    env.AWS_ENDPOINT_URL_LAMBDA ?? env.AWS_ENDPOINT_URL ?? `https://lambda.${region}.amazonaws.com`;
  const traceId = env._X_AMZN_TRACE_ID;
  const { url, method, headers, body } = await new AwsV4Signer({
    url: `${service}/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(traceId && { 'x-amzn-trace-id': traceId }) },
    body: JSON.stringify(event),
    service: 'lambda',
    region,
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
  }).sign();
  const response = await fetch(url, { method, headers, body: body as string, signal });
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`Lambda refused to invoke ${functionName}: HTTP ${response.status} ${text}`);
  }
  return { payload: JSON.parse(text), functionError: response.headers.get('x-amz-function-error') };
}
