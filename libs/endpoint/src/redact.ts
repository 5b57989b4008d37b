import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Contract } from './contract.ts';

/** Function that replaces confidential parts of a text. */
export type Redact = (text: string) => string;

/** Minimum length of a redacted text: shorter ones occur in every word and reveal nothing. */
const shortest = 3;

/** The password in DATABASE_URL, unless it is the name of the user: that is no secret. */
const ownPassword = /:\/\/([^/:@]*):(?!\1@)(.*)@/;
/** Beginnings of connection strings. A password may contain "@" where nobody has escaped it. */
const passwords = /(:\/\/[^\s:/@]*:)[^\s"']{1,2000}@/g;

/**
 * Makes a function that replaces everything that the client of a request has sent: parameters, body, cookies, the token
 * with its claims, and the headers that the contract declares. Errors may quote input, as PostgreSQL does
 * (`invalid input syntax for type integer: "12a"`). Passwords of connection strings are replaced, too.
 */
export function redactor(contract: Contract, event: APIGatewayProxyEventV2): Redact {
  const { pathParameters, queryStringParameters, headers = {}, cookies = [], body, isBase64Encoded } = event;
  const { authorization = '' } = headers;
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: unknown };
  const text = body && isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  const secrets = [authorization, ...cookies].flatMap((one) => [one, ...one.split(/[ =;]+/)]);
  const declared = Object.keys(contract.headers?._zod.def.shape ?? {}).map((name) => headers[name]);
  const sent = texts([
    pathParameters,
    queryStringParameters,
    declared,
    secrets,
    authorizer,
    text,
    textsOfJson(text),
    ownPassword.exec(`${process.env.DATABASE_URL}`)?.[2],
  ])
    // In three forms: as received, trimmed by validation, and escaped by JSON.
    .flatMap((one) => [one, one.trim()])
    .flatMap((one) => [one, JSON.stringify(one).slice(1, -1)])
    .filter(({ length }) => length >= shortest)
    // Longer texts first: a text may contain others.
    .sort((a, b) => b.length - a.length);
  return (quoted) =>
    sent
      .reduce((rest, one) => rest.replaceAll(one, '[redacted]'), quoted)
      .replaceAll(passwords, '$1[redacted]@');
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return [];
}

/** Uses the parser's own walk: a body may be nested too deep for a recursive function. */
function textsOfJson(body: string | undefined): string[] {
  const found: string[] = [];
  try {
    JSON.parse(body ?? '', (_, value) => {
      if (typeof value === 'string') found.push(value);
      return value;
    });
  } catch {
    // A body that is not JSON, or nested too deep, is redacted as a whole.
  }
  return found;
}
