import { AwsV4Signer } from 'aws4fetch';

export interface AwsRequest {
  /** Service prefix of the host name: `lambda`, `ssm`. */
  readonly service: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/**
 * Posts a request to an AWS service, signed with Signature Version 4. The AWS SDK would do the same at many times the
 * size. Region, credentials and endpoint come from the environment variables that Lambda sets and the SDKs obey
 * (AWS_REGION, AWS_ACCESS_KEY_ID, ..., AWS_ENDPOINT_URL_LAMBDA).
 *
 * @throws Error when the service cannot be reached or the signal aborts the request
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function awsRequest({ service, path, signal, ...request }: AwsRequest): Promise<Response> {
  const { env } = process;
  const region = env.AWS_REGION ?? 'us-east-1';
  const endpoint =
    env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ??
    env.AWS_ENDPOINT_URL ??
    `https://${service}.${region}.amazonaws.com`;
  const { url, method, headers, body } = await new AwsV4Signer({
    url: endpoint + path,
    method: 'POST',
    ...request,
    service,
    region,
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
  }).sign();
  return fetch(url, { method, headers, body: body as string, signal });
}
