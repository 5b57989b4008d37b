import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { bodyBytes, decodedBody } from './body.ts';
import type { Contract } from './contract.ts';

/** Characters that JSON escapes. */
const escaped = /["\\\p{Cc}\p{Cs}]/u;

/**
 * Texts that the client of a request has sent: parameters, body, cookies, the token with its claims, and the headers that the
 * contract declares. Each is trimmed, as validation may have done, and comes in a second form if JSON escapes it.
 */
export function* sentTexts(contract: Contract, event: APIGatewayProxyEventV2): Generator<string> {
  for (const one of received(contract, event)) {
    const text = one.trim();
    yield text;
    if (escaped.test(text)) yield JSON.stringify(text).slice(1, -1);
  }
}

function* received(contract: Contract, event: APIGatewayProxyEventV2): Generator<string> {
  const { pathParameters, queryStringParameters, headers = {}, cookies = [], body } = event;
  const { authorization = '' } = headers;
  const { authorizer } = (event.requestContext ?? {}) as { authorizer?: unknown };
  const credentials = [authorization, ...cookies].flatMap((one) => [one, ...one.split(/[ =;]+/)]);
  const declared = Object.keys(contract.headers?._zod.def.shape ?? {}).map((name) => headers[name]);
  yield* textsOf([pathParameters, queryStringParameters, declared, credentials, authorizer]);
  // A body over the limit was never parsed: no error quotes it.
  if (!body || bodyBytes(event) > contract.bodyLimitBytes) return;
  yield* textsOfBody(contract, event);
}

function* textsOfBody({ bodyLimitBytes }: Contract, event: APIGatewayProxyEventV2): Generator<string> {
  let text: string;
  try {
    text = decodedBody(event, bodyLimitBytes).toString();
  } catch {
    // It was never read.
    return;
  }
  yield text;
  yield* textsOfJson(text);
  // Also of text, and of a form with parts.
  if (text.includes('\n')) yield* text.split(/[\r\n]+/);
  // Also of a form in the form of a query.
  if (text.includes('=')) yield* new URLSearchParams(text).values();
}

function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) yield* textsOf(one);
  }
}

const afterName = /\s*:/y;

/**
 * Reads the strings of a JSON text, but names of members. JSON.parse() with a function for each value takes five times as long,
 * and fails where a text is nested too deep or is no JSON.
 */
function* textsOfJson(json: string): Generator<string> {
  for (let start = json.indexOf('"'), end: number; start >= 0; start = json.indexOf('"', end + 1)) {
    end = start;
    do end = json.indexOf('"', end + 1);
    while (end > start && isEscaped(json, end));
    if (end < 0) return;
    afterName.lastIndex = end + 1;
    if (afterName.test(json)) continue;
    const raw = json.slice(start, end + 1);
    try {
      yield raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1);
    } catch {
      // No JSON: redacted as a whole.
    }
  }
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
