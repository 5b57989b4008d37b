import { STATUS_CODES } from 'node:http';
import { isJson, type Json } from '../json.ts';
import type { OpenApiDocument } from './document.ts';
import { pascalCase } from './export-names.ts';
import type { SchemaWriter } from './schema-source.ts';

/** A problem class of the lib. */
export interface ProblemSource {
  readonly name: string;
  /** `not-found` */
  readonly type: string;
  readonly status: number;
  readonly title: string;
}

/** The parts of a contract that describe responses. */
export interface Responses {
  /** HTTP status of a successful response; undefined for the contract's default. */
  readonly status?: number | undefined;
  /** Expression of its body. */
  readonly response?: string | undefined;
  readonly contentType?: string | undefined;
  readonly problems: readonly ProblemSource[];
  /** Reason why the operation cannot be an endpoint. */
  readonly refused?: string | undefined;
}

/** Statuses that every endpoint answers with by itself, and the bare 500. */
const ofProtocol = [400, 401, 403, 412, 413, 415, 428, 500, 503];

export const notImplemented = problemOf(501);

/** Names that problem classes may have. */
export const problemNames: readonly string[] = Object.keys(STATUS_CODES)
  .filter((status) => Number(status) >= 400)
  .map((status) => problemOf(Number(status)).name);

/** Reads the responses of an operation: the lowest successful status, and a problem for each documented error. */
export function readResponses(
  document: OpenApiDocument,
  writer: SchemaWriter,
  responses: unknown,
  at: readonly string[],
): Responses {
  const entries = Object.entries(isJson(responses) ? responses : {});
  const good = entries.filter(([status]) => /^[23]/.test(status)).sort(([a], [b]) => (a < b ? -1 : 1));
  const [success, ...others] = good;
  for (const [status] of others) {
    document.remark(
      [...at, status],
      'A contract has one successful response: write the others with reply().',
    );
  }
  const problems = entries.flatMap(([status, response]) =>
    problemFor(document, status, response, [...at, status]),
  );
  if (!success) return { problems };
  const [key, value] = success;
  const status = /^\d{3}$/.test(key) ? Number(key) : Number(`${key[0]}00`);
  const { value: response, at: where } = document.resolve(value, [...at, key]);
  const { source, contentType, refused } = bodyOf(document, writer, response.content, [...where, 'content']);
  const usual = source === undefined ? 204 : 200;
  return { problems, refused, contentType, response: source, ...(status !== usual && { status }) };
}

interface Body {
  readonly source?: string;
  readonly contentType?: string;
  readonly refused?: string;
}

/** The body of a successful response: JSON if there is any. */
function bodyOf(
  document: OpenApiDocument,
  writer: SchemaWriter,
  content: unknown,
  at: readonly string[],
): Body {
  const all = Object.entries(isJson(content) ? content : {});
  const chosen = all.find(([type]) => isJsonType(type)) ?? all[0];
  for (const [type] of all) {
    if (type !== chosen?.[0]) document.remark([...at, type], 'A contract has one media type of responses.');
  }
  if (!chosen) return {};
  const [type, media] = chosen;
  if (/^text\/event-stream/.test(type))
    return { refused: 'its response is a stream: write it with stream()' };
  if (isJsonType(type) || type === '*/*') {
    return { source: writer.source(isJson(media) ? media.schema : undefined, [...at, type, 'schema']) };
  }
  const isText = /^text\/|[/+]xml\b/.test(type);
  return { source: isText ? 'z.string()' : 'z.instanceof(Uint8Array)', contentType: type };
}

/** `application/json`, `application/vnd.shop+json` */
export function isJsonType(type: string): boolean {
  return /^application\/(?:json|[\w.+-]+\+json)\b/i.test(type);
}

function problemFor(
  document: OpenApiDocument,
  status: string,
  response: unknown,
  at: readonly string[],
): ProblemSource[] {
  if (/^[23]/.test(status)) return [];
  const { value, at: where } = document.resolve(response, at);
  const types = Object.keys(isJson(value.content) ? value.content : {});
  if (types.length > 0 && !types.includes('application/problem+json')) {
    document.remark(
      [...where, 'content'],
      'Errors are problem details here (RFC 9457, application/problem+json).',
    );
  }
  const code = Number(status);
  return Number.isInteger(code) && !ofProtocol.includes(code) && code >= 400 && code < 600
    ? [problemOf(code)]
    : [];
}

function problemOf(status: number): ProblemSource {
  const title = STATUS_CODES[status] ?? `Status ${status}`;
  const words = title.replace(/[^A-Za-z\d ]/g, '');
  return {
    name: pascalCase(words),
    type: words.toLowerCase().replaceAll(' ', '-'),
    status,
    title: title.charAt(0) + title.slice(1).toLowerCase(),
  };
}

/** The body of a request; undefined when it has none in JSON. */
export function readBody(
  document: OpenApiDocument,
  writer: SchemaWriter,
  requestBody: unknown,
  at: readonly string[],
): { readonly source: string; readonly schema: Json } | undefined {
  if (requestBody === undefined) return undefined;
  const { value, at: where } = document.resolve(requestBody, at);
  const content = isJson(value.content) ? value.content : {};
  const type = Object.keys(content).find((one) => isJsonType(one) || one === '*/*');
  for (const other of Object.keys(content)) {
    if (other === type) continue;
    document.remark(
      [...where, 'content', other],
      'An endpoint reads bodies of JSON: read others from the event, or in an endpoint without body in its contract.',
    );
  }
  const media = type === undefined ? undefined : content[type];
  if (type === undefined || !isJson(media)) return undefined;
  const path = [...where, 'content', type, 'schema'];
  const source = writer.source(media.schema, path);
  return {
    source: value.required === true ? source : `z.optional(${source})`,
    schema: {
      ...(isJson(media.schema) ? media.schema : {}),
      ...(media.example !== undefined && { example: media.example }),
    },
  };
}
