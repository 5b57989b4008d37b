import * as z from 'zod/mini';
import { isList } from './list-schema.ts';
import { isOneOf, typeToSend, withMedia } from './media.ts';

const urlEncoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data';

/** A schema of bytes. */
export type Bytes = z.ZodMiniCustom<Uint8Array, Uint8Array>;

/** Kinds of bytes. */
export interface BinaryOptions {
  /**
   * Media types in lower case, as `image/png` or `image/*`. Default: `application/octet-stream`. A body that is sent has the first one
   * without `*`, unless a header says another.
   */
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
    write: (value) => ({ bytes: Buffer.from(value as Uint8Array), type: typeToSend(types) }),
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
    write: (value) => ({ bytes: Buffer.from(String(value)), type: typeToSend(types) }),
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
  const schemas = new Map(Object.entries(schema._zod.def.shape));
  const hasFiles = [...schemas.values()].some(hasFile);
  return withMedia(schema, {
    types: hasFiles ? [multipart] : [urlEncoded, multipart],
    isOfRequests: true,
    read: async (bytes, type) => {
      const values = isOneOf([multipart], type)
        ? await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
        : new URLSearchParams(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      return fieldsOf([...values], schemas);
    },
    write: async (value) => {
      const response = new Response(formDataOf(value as Record<string, unknown>, hasFiles));
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

/** Tells a file input without a file. A browser sends it with an empty name, which a parser may take for text. */
function isUnchosen(value: unknown, schema: z.core.$ZodType | undefined): boolean {
  if (value instanceof File) return value.name === '' && value.size === 0;
  return value === '' && schema !== undefined && hasFile(schema);
}

/**
 * Reads the fields. A name that is repeated has all of its values: its schema may refuse a list. A list that must be there is empty
 * where nothing was chosen.
 */
function fieldsOf(
  pairs: readonly (readonly [string, unknown])[],
  schemas: ReadonlyMap<string, z.core.$ZodType>,
): Record<string, unknown> {
  const lists = [...schemas].filter(([, schema]) => isList(schema));
  const listed = new Set(lists.map(([name]) => name));
  const empty = lists.filter(([, schema]) => schema._zod.optin === undefined);
  const chosen = pairs.filter(([name, value]) => !isUnchosen(value, schemas.get(name)));
  const fields = [...Map.groupBy(chosen, ([name]) => name)].map(([name, found]) => {
    const all = found.map(([, value]) => value);
    return [name, listed.has(name) || all.length > 1 ? all : all[0]] as const;
  });
  return Object.fromEntries([...empty.map(([name]) => [name, []] as const), ...fields]);
}

function formDataOf(value: Record<string, unknown>, hasFiles: boolean): FormData | URLSearchParams {
  const data = hasFiles ? new FormData() : new URLSearchParams();
  for (const [name, list] of Object.entries(value)) {
    for (const one of [list].flat()) if (one !== undefined && one !== null) data.append(name, fieldOf(one));
  }
  return data;
}

/** A file stays as it is. */
function fieldOf(value: unknown): string {
  if (value instanceof Blob) return value as unknown as string;
  return value instanceof Date ? value.toISOString() : String(value);
}
