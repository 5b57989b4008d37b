import * as z from 'zod/mini';
import { isList } from './list-schema.ts';
import { isOneOf, withMedia } from './media.ts';

const urlEncoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data';

/** A schema of bytes. */
export type Bytes = z.ZodMiniCustom<Uint8Array, Uint8Array>;

/** Kinds of bytes. */
export interface BinaryOptions {
  /** Media types in lower case, as `image/png` or `image/*`. Default: `application/octet-stream`. */
  readonly types?: readonly string[];
  /** Maximum size of a request's body in bytes. Default 1 MiB. Base64 takes a third more, and Lambda takes 6 MB. */
  readonly limitBytes?: number;
}

/**
 * Schema of a body of bytes, for `body` and `response`. A response has the first type, unless its reply says another one.
 */
export function binary({ types = ['application/octet-stream'], limitBytes }: BinaryOptions = {}): Bytes {
  return withMedia(z.instanceof(Uint8Array), {
    types,
    limitBytes,
    read: (bytes) => new Uint8Array(bytes),
    write: (value) => ({ bytes: Buffer.from(value as Uint8Array), type: types[0] ?? '' }),
  }) as Bytes;
}

/**
 * Schema of a body of text in UTF-8, for `body` and `response`.
 *
 * @param types - media types in lower case. Default: `text/plain`
 */
export function text<Schema extends z.core.$ZodType<unknown, string>>(
  schema: Schema,
  types: readonly string[] = ['text/plain'],
): Schema {
  return withMedia(schema, {
    types,
    read: (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    write: (value) => ({ bytes: Buffer.from(String(value)), type: types[0] ?? '' }),
  });
}

/**
 * Schema of the body of a form: `application/x-www-form-urlencoded` or `multipart/form-data`; only the latter for a schema with
 * files. Values are strings, so numbers need `z.coerce`; a field whose schema is an array may be repeated; a file is a `File` for
 * `z.file()`, and absent when nothing was chosen.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-2
 */
export function form<Schema extends z.core.$ZodObject>(schema: Schema): Schema {
  const { shape } = schema._zod.def;
  const isListed = (name: string) => shape[name] !== undefined && isList(shape[name]);
  return withMedia(schema, {
    types: Object.values(shape).some(hasFile) ? [multipart] : [urlEncoded, multipart],
    read: async (bytes, type) => {
      const values = isOneOf([multipart], type)
        ? await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
        : new URLSearchParams(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      return fieldsOf(
        [...values].filter(([name, value]) => !isUnchosen(value, shape[name])),
        isListed,
      );
    },
    write: async (value) => {
      const response = new Response(formDataOf(value as Record<string, unknown>));
      return {
        bytes: Buffer.from(await response.arrayBuffer()),
        type: response.headers.get('content-type') as string,
      };
    },
  });
}

function hasFile(schema: z.core.$ZodType): boolean {
  const { type, innerType, element } = schema._zod.def as {
    type: string;
    innerType?: z.core.$ZodType;
    element?: z.core.$ZodType;
  };
  const inner = innerType ?? element;
  return type === 'file' || (inner !== undefined && hasFile(inner));
}

/** What a browser sends for a file input without a file, which has an empty name: a parser may take that for text. */
function isUnchosen(value: unknown, schema: z.core.$ZodType | undefined): boolean {
  if (value instanceof File) return value.name === '' && value.size === 0;
  return value === '' && schema !== undefined && hasFile(schema);
}

/** A name that is repeated has all of its values: its schema may refuse a list. */
function fieldsOf(
  pairs: readonly (readonly [string, unknown])[],
  isListed: (name: string) => boolean,
): Record<string, unknown> {
  const values = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries(
    values.entries().map(([name, found]) => {
      const all = found.map(([, value]) => value);
      return [name, isListed(name) || all.length > 1 ? all : all[0]];
    }),
  );
}

/** With parts only where there is a file. */
function formDataOf(value: Record<string, unknown>): FormData | URLSearchParams {
  const pairs = Object.entries(value).flatMap(([name, one]) =>
    [one].flat().flatMap((single) => (single === undefined ? [] : [[name, single] as const])),
  );
  const hasFiles = pairs.some(([, one]) => one instanceof Blob);
  const data = hasFiles ? new FormData() : new URLSearchParams();
  for (const [name, one] of pairs) data.append(name, (one instanceof Blob ? one : String(one)) as string);
  return data;
}
