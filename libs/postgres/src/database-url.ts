import { readParameters } from '@nanoservices/endpoint/parameter-store';

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

async function readParameter(name: string): Promise<string> {
  const { Parameter } = await readParameters<{ readonly Parameter: { readonly Value: string } }>(
    'GetParameter',
    { input: { Name: name, WithDecryption: true }, subject: `The parameter ${name}` },
  );
  return Parameter.Value;
}
