import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Contract } from './contract.ts';

/** Takes out of a text what must not be read by others. */
export type Redact = (text: string) => string;

/** Shorter ones would tear holes into every word, and tell nothing. */
const shortest = 3;

/**
 * Makes what takes out of a text everything that the client of a request has sent: its parameters, body, cookies and
 * token with its claims, and the headers that the contract declares. Errors quote such things, as PostgreSQL does
 * (`invalid input syntax ...: "Ann"`).
 */
export function redactor(contract: Contract, event: APIGatewayProxyEventV2): Redact {
  const { pathParameters, queryStringParameters, headers, cookies = [], body, isBase64Encoded } = event;
  const { authorization = '' } = headers;
  const { authorizer } = event.requestContext as { authorizer?: unknown };
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
  ])
    // As it came, as validation trims it, and as JSON has it.
    .flatMap((one) => [one, one.trim()])
    .flatMap((one) => [one, JSON.stringify(one).slice(1, -1)])
    .filter(({ length }) => length >= shortest)
    // A text goes before its parts.
    .sort((a, b) => b.length - a.length);
  return (quoted) => sent.reduce((rest, one) => rest.replaceAll(one, '[redacted]'), quoted);
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return [];
}

/** By the parser's own walk, since a body may be nested deeper than a function of ours could follow. */
function textsOfJson(body: string | undefined): string[] {
  const found: string[] = [];
  try {
    JSON.parse(body ?? '', (_, value) => {
      if (typeof value === 'string') found.push(value);
      return value;
    });
  } catch {
    // What is no JSON, or too deep, is redacted as a whole.
  }
  return found;
}
