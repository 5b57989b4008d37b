import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/v4/core';
import english from 'zod/v4/locales/en.js';
import type { Contract } from './contract.ts';
import { ContentTooLarge, InvalidInput, UnsupportedMediaType } from './problem.ts';

/** Request parts that a contract can declare, in the order in which errors are reported. */
export interface RequestParts {
  params?: unknown;
  query?: unknown;
  headers?: unknown;
  cookies?: unknown;
  body?: unknown;
}

/** Function that reads and validates one event; see {@link inputParser}. */
export type InputParser = (event: APIGatewayProxyEventV2) => RequestParts;

// Without a locale, zod's core has one message for everything: "Invalid input".
z.config(english());

type Part = keyof RequestParts & keyof Contract;
type Fields = Record<string, unknown>;

/**
 * Prepares the parser of a contract's requests. Everything that depends on the contract alone is computed once, here.
 *
 * @returns a function that takes an API Gateway event (payload format 2.0) and returns the validated parts that the
 * contract declares. It throws InvalidInput with all errors of all parts, UnsupportedMediaType, or ContentTooLarge.
 */
export function inputParser(contract: Contract): InputParser {
  const steps: { part: Part; schema: z.$ZodType; read: (event: APIGatewayProxyEventV2) => unknown }[] = [];
  if (contract.params) {
    steps.push({ part: 'params', schema: contract.params, read: (event) => event.pathParameters ?? {} });
  }
  if (contract.query) {
    steps.push({ part: 'query', schema: contract.query, read: queryReader(contract.query) });
  }
  if (contract.headers) {
    steps.push({ part: 'headers', schema: contract.headers, read: (event) => event.headers ?? {} });
  }
  if (contract.cookies) {
    steps.push({ part: 'cookies', schema: contract.cookies, read: (event) => parseCookies(event.cookies) });
  }
  if (contract.body) steps.push({ part: 'body', schema: contract.body, read: parseBody });

  return (event) => {
    // Before parsing, which would take many times the size of the body; also where the contract declares none.
    if (bodyBytes(event) > contract.bodyLimitBytes) throw new ContentTooLarge(contract.bodyLimitBytes);
    const parts: RequestParts = {};
    const errors = contract.query ? [] : unknownQuery(event.queryStringParameters);
    for (const { part, schema, read } of steps) {
      const result = z.safeParse(schema, read(event));
      if (result.success) parts[part] = result.data;
      else errors.push(...mismatches(part, result.error.issues));
    }
    if (errors.length > 0) throw new InvalidInput(errors);
    return parts;
  };
}

/** Maximum number of described mismatches of a part: a body may have as many as it has bytes, and an answer 6 MB. */
const maxMismatches = 1000;

function mismatches(part: string, issues: readonly z.$ZodIssue[]): { path: string; message: string }[] {
  const errors = issues.slice(0, maxMismatches).map((issue) => describe(part, issue));
  const more = issues.length - errors.length;
  return more > 0 ? [...errors, { path: part, message: `${more} more mismatches` }] : errors;
}

function describe(part: string, issue: z.$ZodIssue): { path: string; message: string } {
  return { path: [part, ...issue.path.map(String)].join('.'), message: issue.message };
}

/** An endpoint without declared query parameters refuses any: a misspelt one must not be silently ignored. */
function unknownQuery(query: Fields = {}): { path: string; message: string }[] {
  return Object.keys(query).map((name) => ({
    path: `query.${name}`,
    message: 'This endpoint takes no query parameters',
  }));
}

/**
 * API Gateway joins the values of a repeated parameter with commas, which cannot be told from a comma in a value. So the
 * values of a list parameter are read from the raw query string.
 */
function queryReader(schema: z.$ZodObject): (event: APIGatewayProxyEventV2) => Fields {
  const lists = Object.keys(schema._zod.def.shape).filter((name) =>
    isList(schema._zod.def.shape[name] as z.$ZodType),
  );
  if (lists.length === 0) return (event) => event.queryStringParameters ?? {};
  return (event) => {
    const query: Fields = { ...event.queryStringParameters };
    const raw = new URLSearchParams(event.rawQueryString);
    for (const name of lists) {
      if (raw.has(name)) query[name] = raw.getAll(name);
    }
    return query;
  };
}

function isList(schema: z.$ZodType): boolean {
  const { type, innerType } = schema._zod.def as { type: string; innerType?: z.$ZodType };
  return type === 'array' || (innerType !== undefined && isList(innerType));
}

function parseCookies(cookies: readonly string[] = []): Fields {
  const pairs = cookies.map((cookie): [string, string] => {
    const [name = '', ...value] = cookie.split('=');
    return [name.trim(), value.join('=').trim()];
  });
  // If two cookies have the same name, the more specific comes first (RFC 6265, section 5.4) and wins.
  return Object.fromEntries(pairs.reverse());
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @returns the size of a body as it was sent */
export function bodyBytes({ body, isBase64Encoded }: APIGatewayProxyEventV2): number {
  // Emulators of API Gateway may send null.
  return Buffer.byteLength(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

function parseBody(event: APIGatewayProxyEventV2): unknown {
  const { body } = event;
  if (!body) return undefined;
  const contentType = event.headers['content-type'];
  // A body without content type is parsed as JSON (permitted by RFC 9110, section 8.3).
  if (contentType && !/^application\/(?:json|[\w.+-]+\+json) *(?:;|$)/i.test(contentType)) {
    throw new UnsupportedMediaType();
  }
  try {
    return JSON.parse(event.isBase64Encoded ? utf8.decode(Buffer.from(body, 'base64')) : body);
  } catch {
    throw new InvalidInput([{ path: 'body', message: 'Not valid JSON in UTF-8' }]);
  }
}
