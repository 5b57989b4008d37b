import * as z from 'zod/v4/core';

/** How a body that is no JSON is read and written. */
export interface Media {
  /** Media types without parameters, as `image/png` or `image/*`. The first one is the default. */
  readonly types: readonly string[];
  /** True for bodies of requests only. */
  readonly isOfRequests?: boolean;
  /** Maximum size of a request's body in bytes. */
  readonly limitBytes?: number | undefined;
  /**
   * Reads a body, before validation.
   *
   * @param type - the Content-Type
   * @throws Error, also later, when the body is not of the type
   */
  read(bytes: Buffer, type: string): unknown;
  /** Writes a value, before it is validated. */
  write(value: unknown): Written | Promise<Written>;
}

/** A body, and its Content-Type. */
export interface Written {
  readonly bytes: Buffer;
  readonly type: string;
}

/** The same for all copies of this package. */
const key = Symbol.for('nanoservices.media');

/** @returns a copy of the schema for bodies of these media; the schema itself stays one of JSON */
export function withMedia<Schema extends z.$ZodType>(schema: Schema, media: Media): Schema {
  // In the definition, so that schemas that are made of it have it, too.
  return z.clone(schema, { ...schema._zod.def, [key]: media } as Schema['_zod']['def'], { parent: true });
}

interface Definition {
  readonly [key]?: Media;
  /** Schema in an optional, default or similar schema. */
  readonly innerType?: z.$ZodType;
  /** First schema of a pipe. */
  readonly in?: z.$ZodType;
}

/** @returns how a body of this schema is read and written; undefined for JSON */
export function mediaOf(schema: z.$ZodType | undefined): Media | undefined {
  const { [key]: media, innerType, in: first } = (schema?._zod.def ?? {}) as Definition;
  const inner = innerType ?? first;
  return media ?? (inner && mediaOf(inner));
}

/** @returns the type of a body that is sent without another one: the first that is no type of many, as image/* is */
export function typeToSend(types: readonly string[]): string {
  return types.find((type) => !type.endsWith('*')) ?? 'application/octet-stream';
}

/** @param contentType - with or without parameters */
export function isOneOf(types: readonly string[], contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';');
  return types.some((one) =>
    one.endsWith('/*') ? type.trim().startsWith(one.slice(0, -1)) : type.trim() === one,
  );
}
