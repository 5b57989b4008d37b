import * as z from 'zod/mini';

/** The complete answer of a function. */
export interface FunctionResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | Buffer;
}

/** The response itself, the body of a 200 that API Gateway infers, or the fault of a malformed response. */
export type ReadResponse =
  | { readonly response: FunctionResponse; readonly inferred?: never; readonly fault?: never }
  | { readonly inferred: string; readonly response?: never; readonly fault?: never }
  | { readonly fault: string; readonly response?: never; readonly inferred?: never };

// Each message completes the sentence `"body" is an array and must be …`.
const StatusCode = z.pipe(
  z.custom<number | string>(isStatus, 'a whole number from 200 to 599'),
  z.transform(Number),
);

const HeaderValue = z.union(
  [z.string(), z.number(), z.boolean(), z.null()],
  'a string, a number or a boolean',
);

/** Further members, such as `multiValueHeaders`, mean nothing in payload format 2.0. */
const Structured = z.object({
  statusCode: StatusCode,
  headers: z.nullish(z.record(z.string(), HeaderValue, 'an object')),
  cookies: z.nullish(z.array(z.string('a string'), 'an array')),
  body: z.nullish(z.string('a string')),
  isBase64Encoded: z.nullish(z.boolean('a boolean')),
});

/**
 * Reads a function's payload as API Gateway does (payload format 2.0). Members that are null count as absent: AWS's own types
 * for Go and .NET write them. Without a `statusCode`, the payload itself is the body of a 200.
 */
export function functionResponse(payload: unknown): ReadResponse {
  if (!isStructured(payload)) {
    return { inferred: typeof payload === 'string' ? payload : JSON.stringify(payload ?? null) };
  }
  const { success, data, error } = Structured.safeParse(payload);
  if (!success) return { fault: faultOf(payload, error.issues[0] as z.core.$ZodIssue) };
  const { statusCode, headers, cookies, body, isBase64Encoded } = data;
  const text = body ?? '';
  if (isBase64Encoded && !/^[A-Za-z\d+/]*={0,2}$/.test(text)) {
    return { fault: '"isBase64Encoded" is true, but "body" is not base64' };
  }
  const given = Object.entries(headers ?? {}).filter(([, value]) => value !== null);
  return {
    response: {
      statusCode,
      headers: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      cookies: cookies ?? [],
      body: isBase64Encoded ? Buffer.from(text, 'base64') : text,
    },
  };
}

/** A number, or the digits of one. An informational status (1xx) would leave the client waiting for the final one. */
function isStatus(value: unknown): boolean {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;
}

function isStructured(payload: unknown): payload is object {
  if (typeof payload !== 'object' || payload === null) return false;
  return ((payload as { statusCode?: unknown }).statusCode ?? null) !== null;
}

function faultOf(payload: unknown, { path, message }: z.core.$ZodIssue): string {
  const value = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown>)[key], payload);
  const isStatus = path[0] === 'statusCode' && typeof value !== 'object';
  const kind = isStatus ? `the ${typeof value} ${JSON.stringify(value)}` : kindOf(value);
  return `"${path.join('.')}" is ${kind} and must be ${message}`;
}

/** Names the type only: a value may be a client's. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
