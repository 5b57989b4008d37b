import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ownHost } from '../gateway/host-header.ts';
import { ServiceError } from './service-error.ts';

/** Makes the secret of a Lambda API: both the access key id and the secret access key of its clients. */
export function newAccessKey(): string {
  return `LOCAL${randomBytes(20).toString('hex').toUpperCase()}`;
}

/** @returns the variables in which functions, the AWS SDKs and the AWS CLI find a key */
export function credentialVariables(accessKey: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: accessKey,
    AWS_SESSION_TOKEN: accessKey,
  };
}

/**
 * Makes the variables of a function that lead to the local Lambda. A function with credentials for AWS keeps them, so its key is the
 * beginning of the address's path.
 *
 * @param url - of the local Lambda
 * @param environment - the other variables of the function
 */
export function lambdaApiVariables(
  url: string,
  accessKey: string,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  return 'AWS_ACCESS_KEY_ID' in environment
    ? { AWS_ENDPOINT_URL_LAMBDA: `${url}/${accessKey}` }
    : { AWS_ENDPOINT_URL_LAMBDA: url, ...credentialVariables(accessKey) };
}

/** @returns the URL without the key at its beginning; undefined when it has none */
export function withoutKey(url: string, accessKey: string): string | undefined {
  const [, key = '', rest = ''] = /^\/([^/?]+)(.*)$/s.exec(url) ?? [];
  return isSame(key, accessKey) ? rest : undefined;
}

/** @returns the header of a request that is not signed, which the local Lambda does not check */
export function authorization(accessKey: string): { readonly authorization: string } {
  return { authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/local` };
}

const isOwnHost = ownHost('localhost');
/** Values of requests that no page has sent, or a person at the address bar. */
const ownSites = new Set([undefined, 'none', 'same-origin']);

/**
 * Refuses requests of web pages, and requests without the key: whoever can send one runs any function as any caller.
 *
 * @param hasKey - true when the address has the key
 * @throws ServiceError as AWS does for a client without valid credentials
 */
export function checkAccess(headers: IncomingHttpHeaders, accessKey: string, hasKey = false): void {
  const { host, origin, authorization: sent } = headers;
  if (!isOwnHost(host)) throw denied(`the Host ${JSON.stringify(host ?? '')} is no name of this machine`);
  if (origin !== undefined && origin !== `http://${host}`) {
    throw denied(`a page of the Origin ${JSON.stringify(origin)} has sent the request`);
  }
  if (!ownSites.has(headers['sec-fetch-site'] as string | undefined)) {
    throw denied('a page of another site has sent the request');
  }
  if (hasKey) return;
  if (sent === undefined) {
    throw new ServiceError(
      403,
      'MissingAuthenticationTokenException',
      `Missing Authentication Token. ${wayOut}`,
    );
  }
  const [, key = ''] = /^AWS4-HMAC-SHA256\s.*?\bCredential=([^/,\s]+)\//.exec(sent) ?? [];
  if (!isSame(key, accessKey)) {
    const message = `The security token included in the request is invalid. ${wayOut}`;
    throw new ServiceError(403, 'UnrecognizedClientException', message);
  }
}

const wayOut =
  'Each start has its own key, which `nanos start` prints: set it as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';

function denied(reason: string): ServiceError {
  return new ServiceError(403, 'AccessDeniedException', `The local Lambda refuses the request: ${reason}.`);
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
