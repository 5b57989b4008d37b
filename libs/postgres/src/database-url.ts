import { ServiceUnavailable } from '@nanoservices/endpoint';
import { awsRequest } from '@nanoservices/endpoint/aws-request';
import { pause } from './pause.ts';

/** Timeout of one request to Systems Manager. */
const requestTimeoutMs = 2000;
/** Timeout of all attempts. */
const totalTimeoutMs = 5000;

/**
 * Reads the connection string from the environment variable DATABASE_URL, or from the parameter of AWS Systems Manager that
 * DATABASE_URL_PARAMETER names. A deployed function has the latter, so that its configuration holds no secret.
 *
 * @throws ServiceUnavailable when the parameter cannot be read
 * @throws Error when neither variable is set
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export async function databaseUrl(): Promise<string> {
  const { DATABASE_URL: url, DATABASE_URL_PARAMETER: parameter } = process.env;
  if (url) return url;
  if (parameter) return readParameter(parameter);
  throw new Error('DATABASE_URL is not set: it must hold the connection string of a PostgreSQL.');
}

/** Identifies the source of the connection string: the same source means the same database. */
export function databaseSource(): string {
  const { DATABASE_URL: url, DATABASE_URL_PARAMETER: parameter } = process.env;
  return url || parameter || '';
}

/** Reads of all functions of an account share 40 a second, so a burst of cold starts is throttled. */
async function readParameter(name: string): Promise<string> {
  const giveUpAt = performance.now() + totalTimeoutMs;
  for (let pauseMs = 50; ; pauseMs *= 2) {
    try {
      return await getParameter(name, Math.max(1, Math.min(requestTimeoutMs, giveUpAt - performance.now())));
    } catch (error) {
      if (error instanceof Refused || performance.now() + pauseMs > giveUpAt) {
        const message = `The parameter ${name} of Systems Manager cannot be read: ${(error as Error).message}`;
        throw Object.assign(new ServiceUnavailable(), { cause: new Error(message, { cause: error }) });
      }
    }
    await pause(pauseMs);
  }
}

/** An error that another attempt does not end. */
class Refused extends Error {}

async function getParameter(name: string, timeoutMs: number): Promise<string> {
  const response = await awsRequest({
    service: 'ssm',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
    },
    body: JSON.stringify({ Name: name, WithDecryption: true }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text).Parameter.Value;
  // A successful response holds the secret, so only the text of an error response may be quoted.
  const message = `HTTP ${response.status} ${text}`;
  const mayPass = response.status >= 500 || response.status === 429 || text.includes('Throttling');
  throw mayPass ? new Error(message) : new Refused(message);
}
