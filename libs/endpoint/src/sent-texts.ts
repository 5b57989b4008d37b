import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Contract } from './contract.ts';
import { bodyBytes } from './input.ts';

/**
 * Texts that the client of a request has sent: parameters, body, cookies, the token with its claims, and the headers that the
 * contract declares. Each in the forms in which it may be quoted: as received, trimmed by validation, and escaped by JSON.
 */
export function* sentTexts(contract: Contract, event: APIGatewayProxyEventV2): Generator<string> {
  for (const text of received(contract, event)) {
    const trimmed = text.trim();
    yield* forms(text);
    if (trimmed !== text) yield* forms(trimmed);
  }
}

/** Characters that JSON escapes. */
const escaped = /["\\\p{Cc}\p{Cs}]/u;

function* forms(text: string): Generator<string> {
  yield text;
  if (escaped.test(text)) yield JSON.stringify(text).slice(1, -1);
}

function* received(contract: Contract, event: APIGatewayProxyEventV2): Generator<string> {
  const { pathParameters, queryStringParameters, headers = {}, cookies = [], body, isBase64Encoded } = event;
  const { authorization = '' } = headers;
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: unknown };
  const credentials = [authorization, ...cookies].flatMap((one) => [one, ...one.split(/[ =;]+/)]);
  const declared = Object.keys(contract.headers?._zod.def.shape ?? {}).map((name) => headers[name]);
  yield* textsOf([pathParameters, queryStringParameters, declared, credentials, authorizer]);
  // A body over the limit was never parsed: no error quotes it.
  if (!body || bodyBytes(event) > contract.bodyLimitBytes) return;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  yield text;
  yield* textsOfJson(text);
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) yield* textsOf(one);
  }
}

/**
 * Reads the strings of a JSON text, but names of members. JSON.parse() with a function for each value takes five times as long,
 * and fails where a text is nested too deep or is no JSON.
 */
function* textsOfJson(json: string): Generator<string> {
  for (let start = json.indexOf('"'), end: number; start >= 0; start = json.indexOf('"', end + 1)) {
    end = closingQuote(json, start);
    if (end < 0) return;
    if (isName(json, end)) continue;
    const raw = json.slice(start + 1, end);
    if (!raw.includes('\\')) yield raw;
    else {
      try {
        yield JSON.parse(`"${raw}"`);
      } catch {
        // No JSON: redacted as a whole.
      }
    }
  }
}

function closingQuote(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

function isName(json: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(json.charAt(at))) at++;
  return json[at] === ':';
}
