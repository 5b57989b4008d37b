import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Contract } from './contract.ts';
import { bodyBytes } from './input.ts';

/** Function that replaces confidential parts of a text. */
export type Redact = (text: string) => string;

/** Minimum length of a redacted text: shorter ones occur in every word and reveal nothing. */
const shortest = 3;

/** The password in DATABASE_URL, unless it is the name of the user: that is no secret. */
const ownPassword = /:\/\/([^/:@]*):(?!\1@)(.*)@/;
/** Beginnings of connection strings. A password may contain "@" where nobody has escaped it. */
const passwords = /(:\/\/[^\s:/@]*:)[^\s"']{1,2000}@/g;

/** A longer text is cut first: the cost grows with its length and with the size of the request. A log line keeps less. */
const longest = 8000;

/**
 * Makes a function that replaces everything that the client of a request has sent: parameters, body, cookies, the token
 * with its claims, and the headers that the contract declares. Errors may quote input, as PostgreSQL does
 * (`invalid input syntax for type integer: "12a"`). Passwords of connection strings are replaced, too.
 */
export function redactor(contract: Contract, event: APIGatewayProxyEventV2): Redact {
  // Read with the first text: most problems quote nothing.
  let secrets: Set<string> | undefined;
  return (quoted) => {
    secrets ??= secretsOf(contract, event);
    const text = quoted.slice(0, longest);
    // Marked first, replaced in one pass: a secret may contain another, overlap it, or be a part of "[redacted]".
    const isSecret = new Uint8Array(text.length);
    for (const one of secrets) {
      for (let at = text.indexOf(one); at >= 0; at = text.indexOf(one, at + one.length)) {
        isSecret.fill(1, at, at + one.length);
      }
    }
    return text
      .replace(/[\s\S]/g, (char, at) => (!isSecret[at] ? char : isSecret[at - 1] ? '' : '[redacted]'))
      .replaceAll(passwords, '$1[redacted]@');
  };
}

function secretsOf(contract: Contract, event: APIGatewayProxyEventV2): Set<string> {
  const { pathParameters, queryStringParameters, headers = {}, cookies = [], body, isBase64Encoded } = event;
  const { authorization = '' } = headers;
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: unknown };
  // A body over the limit was never parsed: no error quotes it.
  const isRead = body && bodyBytes(event) <= contract.bodyLimitBytes;
  const text = isRead ? (isBase64Encoded ? Buffer.from(body, 'base64').toString() : body) : undefined;
  const credentials = [authorization, ...cookies].flatMap((one) => [one, ...one.split(/[ =;]+/)]);
  const declared = Object.keys(contract.headers?._zod.def.shape ?? {}).map((name) => headers[name]);
  const sent = texts([
    pathParameters,
    queryStringParameters,
    declared,
    credentials,
    authorizer,
    text,
    text && textsOfJson(text),
    ownPassword.exec(`${process.env.DATABASE_URL}`)?.[2],
  ])
    // In three forms: as received, trimmed by validation, and escaped by JSON.
    .flatMap((one) => [one, one.trim()])
    .flatMap((one) => [one, JSON.stringify(one).slice(1, -1)])
    .filter(({ length }) => length >= shortest);
  return new Set(sent);
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return [];
}

/** Uses the parser's own walk: a body may be nested too deep for a recursive function. */
function textsOfJson(body: string): string[] {
  const found: string[] = [];
  try {
    JSON.parse(body, (_, value) => {
      if (typeof value === 'string') found.push(value);
      return value;
    });
  } catch {
    // A body that is not JSON, or nested too deep, is redacted as a whole.
  }
  return found;
}
