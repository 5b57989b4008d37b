import { awsRequest } from './aws-request.ts';
import { pause } from './pause.ts';
import { ServiceUnavailable } from './problem.ts';

/** Timeout of one request. */
const requestTimeoutMs = 2000;

/** A request to Parameter Store of AWS Systems Manager. */
export interface ParameterRequest {
  /** Content of the request: `Name` or `Names`, and `WithDecryption`. */
  readonly input: object;
  /** What is read, for the error: `The parameter /shop/dev/database-url`. */
  readonly subject: string;
  /** Timeout of all attempts. Default 5000. */
  readonly totalTimeoutMs?: number;
}

/**
 * Reads parameters. Reads of all functions of an account share 40 a second, so a burst of cold starts is throttled: the request
 * is repeated until the timeout.
 *
 * @returns the content of the response, which holds secrets
 * @throws ServiceUnavailable when Systems Manager refuses, or does not answer in time
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export async function readParameters<Response>(
  operation: 'GetParameter' | 'GetParameters',
  { input, subject, totalTimeoutMs = 5000 }: ParameterRequest,
): Promise<Response> {
  const giveUpAt = performance.now() + totalTimeoutMs;
  for (let pauseMs = 50; ; pauseMs *= 2) {
    try {
      const leftMs = Math.max(1, Math.ceil(giveUpAt - performance.now()));
      return (await request(operation, input, Math.min(requestTimeoutMs, leftMs))) as Response;
    } catch (error) {
      if (error instanceof Refused || performance.now() + pauseMs > giveUpAt) {
        const message = `${subject} of Systems Manager cannot be read: ${(error as Error).message}`;
        throw Object.assign(new ServiceUnavailable(), { cause: new Error(message, { cause: error }) });
      }
    }
    await pause(pauseMs);
  }
}

/** An error that another attempt does not end. */
class Refused extends Error {}

async function request(operation: string, input: object, timeoutMs: number): Promise<unknown> {
  const response = await awsRequest({
    service: 'ssm',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonSSM.${operation}`,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  // A successful response holds secrets, so only the text of an error response may be quoted.
  const message = `HTTP ${response.status} ${text}`;
  const mayPass = response.status >= 500 || response.status === 429 || text.includes('Throttling');
  throw mayPass ? new Error(message) : new Refused(message);
}
