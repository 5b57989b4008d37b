import { type HttpResponse, NetworkError, type NoResponse, problemOf } from './errors.ts';
import { retryPauseMs, wait } from './retry.ts';

/** The part of a contract that the client needs. */
export type Operation = readonly [
  method: string,
  path: string,
  takesIdempotencyKey?: 0 | 1,
  /** Body of a good response. */
  response?: 'json' | 'text' | 'bytes' | 'stream',
  /** Body of a request that is not JSON: `form`, `parts` of a form, or its media type. */
  request?: string,
];

export interface ClientOptions {
  /** Address of the API: `https://api.example.com`. */
  readonly baseUrl: string;
  /** Bearer token, or a function that gives one before each attempt. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Timeout of one attempt in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Number of retries of an idempotent request. Default: 2. */
  readonly retries?: number;
  /** Cookie policy of browsers. */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /** Replacement for the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Options of one call. They win over the options of the client. */
export type CallOptions = Pick<ClientOptions, 'timeoutMs' | 'retries'> & {
  /** Ends the call. */
  readonly signal?: AbortSignal;
};

/** A request. The types of the generated client narrow it to one endpoint. */
export interface ClientRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  /** Version of the entity to change, or `*` for any. */
  readonly ifMatch?: number | '*';
}

export type UntypedClient = Record<
  string,
  (request?: ClientRequest, options?: CallOptions) => Promise<unknown>
>;

// RFC 9110, section 9.2.2.
const idempotentMethods = ['GET', 'PUT', 'DELETE'];

/**
 * Makes the client of an API for browsers and Node: one method for each operation.
 *
 * A method returns the body of a good response. It throws ProblemError when the API answers with a problem, and NetworkError
 * when it does not answer. Idempotent requests (GET, PUT, DELETE, and creations, which get an Idempotency-Key) are retried
 * after a missing response, 429 and 5xx, with growing random pauses, or after the pause that Retry-After asks for.
 */
export function clientOf(operations: Readonly<Record<string, Operation>>, options: ClientOptions) {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (request?: ClientRequest, own?: CallOptions) => call(operation, request ?? {}, { ...options, ...own }),
    ]),
  ) satisfies UntypedClient;
}

async function call(
  operation: Operation,
  request: ClientRequest,
  options: ClientOptions & CallOptions,
): Promise<unknown> {
  const [method, path, takesIdempotencyKey] = operation;
  const { token, retries = 2, signal } = options;
  const url = urlOf(path, request, options);
  const init = requestInit(operation, request, options);
  const isIdempotent = idempotentMethods.includes(method) || takesIdempotencyKey;

  for (let attempt = 0; ; attempt++) {
    const bearer = typeof token === 'function' ? await token() : token;
    if (bearer) init.headers.set('authorization', `Bearer ${bearer}`);
    const response = await send(url, init, operation[3] === 'stream', options);
    if ('text' in response && response.ok) return bodyOf(response, operation);
    signal?.throwIfAborted();
    const pauseMs = isIdempotent && attempt < retries ? retryPauseMs(response, attempt) : undefined;
    if (pauseMs === undefined) {
      throw 'text' in response
        ? problemOf(response)
        : new NetworkError(`${method} ${path}: no answer`, { cause: response.cause });
    }
    await wait(pauseMs, signal);
  }
}

function urlOf(path: string, { params = {}, query = {} }: ClientRequest, { baseUrl }: ClientOptions): string {
  const filled = path.replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = String(params[name]);
    const segments = greedy ? value.split('/') : [value];
    // Such a segment, even encoded, would lead to another path (RFC 3986, section 5.2.4).
    if (segments.some((segment) => /^\.{0,2}$/.test(segment))) {
      throw new TypeError(`The parameter ${name} cannot be "${value}"`);
    }
    return segments.map(encodeSegment).join('/');
  });
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [[name, String(one)] as [string, string]])),
  );
  const search = new URLSearchParams(pairs).toString();
  return baseUrl.replace(/\/$/, '') + filled + (search && `?${search}`);
}

/** API Gateway decodes a path, finds the route, and decodes again. */
function encodeSegment(segment: string): string {
  const encoded = encodeURIComponent(segment);
  return /[%/?]/.test(segment) ? encodeURIComponent(encoded) : encoded;
}

function requestInit(
  [method, , takesIdempotencyKey, , form]: Operation,
  { headers: given = {}, body, ifMatch }: ClientRequest,
  { credentials }: ClientOptions,
): RequestInit & { headers: Headers } {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  const type = contentTypeOf(body, form);
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type);
  if (ifMatch !== undefined) headers.set('if-match', ifMatch === '*' ? '*' : `"${ifMatch}"`);
  // One key for all attempts, so that the API creates once.
  if (takesIdempotencyKey && !headers.has('idempotency-key')) {
    headers.set('idempotency-key', randomKey());
  }
  return {
    method,
    headers,
    ...(body !== undefined && { body: encode(body, form) }),
    ...(credentials && { credentials }),
  };
}

type Body = NonNullable<RequestInit['body']>;

/** Undefined where the platform knows it better: of a form, it has the boundary. */
function contentTypeOf(body: unknown, form: string | undefined): string | undefined {
  if (body === undefined || form === 'form' || form === 'parts') return undefined;
  return form ?? 'application/json';
}

function encode(body: unknown, form: string | undefined): Body {
  if (form === undefined) return JSON.stringify(body);
  const fields = body as Readonly<Record<string, unknown>>;
  if (form === 'parts') return formOf(new FormData(), fields);
  return form === 'form' ? formOf(new URLSearchParams(), fields) : (body as Body);
}

function formOf<Form extends FormData | URLSearchParams>(
  form: Form,
  fields: Readonly<Record<string, unknown>>,
): Form {
  for (const [name, list] of Object.entries(fields)) {
    for (const one of [list].flat()) {
      if (one === undefined || one === null) continue;
      const text = one instanceof Date ? one.toISOString() : String(one);
      // A file stays as it is.
      form.append(name, one instanceof Blob ? (one as unknown as string) : text);
    }
  }
  return form;
}

function bodyOf({ text, bytes, stream }: HttpResponse, [method, path, , form]: Operation): unknown {
  if (form === 'stream') return stream;
  if (form === 'bytes') return bytes;
  if (form === 'text') return text;
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new NetworkError(`${method} ${path}: the answer is no JSON`, { cause });
  }
}

/** A page without TLS has no `crypto.randomUUID()`. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** One attempt. The timeout includes the body, unless that is a stream. */
async function send(
  url: string,
  init: RequestInit,
  isStream: boolean,
  { timeoutMs = 10_000, signal, fetch = globalThis.fetch }: ClientOptions & CallOptions,
): Promise<HttpResponse | NoResponse> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new DOMException('Timeout', 'TimeoutError')), timeoutMs);
  try {
    const response = await fetch(url, {
      ...init,
      signal: signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal,
    });
    const { ok, status, headers } = response;
    if (isStream && ok)
      return { ok, status, headers, bytes: new Uint8Array(), text: '', stream: response.body };
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { ok, status, headers, bytes, text: new TextDecoder().decode(bytes) };
  } catch (cause) {
    return { cause };
  } finally {
    clearTimeout(timer);
  }
}
