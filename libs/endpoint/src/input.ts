import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/v4/core';
import english from 'zod/v4/locales/en.js';
import { bodyBytes, bodyReader } from './body.ts';
import type { Contract } from './contract.ts';
import { isList } from './list-schema.ts';
import { ContentTooLarge, InvalidInput } from './problem.ts';

/** Request parts that a contract can declare, in the order in which errors are reported. */
export interface RequestParts {
  params?: unknown;
  query?: unknown;
  headers?: unknown;
  cookies?: unknown;
  body?: unknown;
}

/** Function that reads and validates one event; see {@link inputParser}. */
export type InputParser = (event: APIGatewayProxyEventV2) => RequestParts | Promise<RequestParts>;

// Without a locale, zod's core has one message for everything: "Invalid input".
z.config(english());

type Part = keyof RequestParts & keyof Contract;
type Fields = Record<string, unknown>;
/** Function that reads a part, before validation. The body has been read. */
type Read = (event: APIGatewayProxyEventV2, body: unknown) => unknown;

/**
 * Prepares the parser of a contract's requests. Everything that depends on the contract alone is computed once, here.
 *
 * @returns a function that takes an API Gateway event (payload format 2.0) and returns the validated parts that the
 * contract declares. It throws InvalidInput with all errors of all parts, UnsupportedMediaType, or ContentTooLarge.
 */
export function inputParser(contract: Contract): InputParser {
  const steps: { part: Part; schema: z.$ZodType; read: Read }[] = [];
  const readBody = contract.body && bodyReader(contract.body, contract.bodyLimitBytes);
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
  if (contract.body) steps.push({ part: 'body', schema: contract.body, read: (_, body) => body });

  const validate = (event: APIGatewayProxyEventV2, body: unknown): RequestParts => {
    const parts: RequestParts = {};
    const errors = contract.query ? [] : unknownQuery(event.queryStringParameters);
    for (const { part, schema, read } of steps) {
      const result = z.safeParse(schema, read(event, body));
      if (result.success) parts[part] = result.data;
      else errors.push(...mismatches(part, result.error.issues));
    }
    if (errors.length > 0) throw new InvalidInput(errors);
    return parts;
  };

  return (event) => {
    // Before parsing, which would take many times the size of the body; also where the contract declares none.
    if (bodyBytes(event) > contract.bodyLimitBytes) throw new ContentTooLarge(contract.bodyLimitBytes);
    const body = readBody?.(event);
    return body instanceof Promise ? body.then((value) => validate(event, value)) : validate(event, body);
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

function parseCookies(cookies: readonly string[] = []): Fields {
  const pairs = cookies.map((cookie): [string, string] => {
    const [name = '', ...value] = cookie.split('=');
    return [name.trim(), value.join('=').trim()];
  });
  // If two cookies have the same name, the more specific comes first (RFC 6265, section 5.4) and wins.
  return Object.fromEntries(pairs.reverse());
}
