import type { Contract } from '@nanoservices/endpoint';
import { isJson } from '@nanoservices/endpoint/gateway';
import type * as z from 'zod/mini';

/** Form of a good response's body: a value as JSON, text, bytes, or a stream of bytes; undefined without a body. */
export type BodyForm = 'json' | 'text' | 'bytes' | 'stream';

/** @returns the form that a contract's `response`, `contentType` and `stream` declare */
export function bodyForm(contract: Contract): BodyForm | undefined {
  const { response, contentType = 'application/json', stream } = contract;
  if (stream) return 'stream';
  if (!response) return undefined;
  if (takesBytesOnly(response)) return 'bytes';
  return isJson(contentType) ? 'json' : 'text';
}

interface Definition {
  readonly type: string;
  /** Schema inside of an optional, nullable, readonly, default or similar schema. */
  readonly innerType?: z.core.$ZodType;
  /** Second schema of a pipe. */
  readonly out?: z.core.$ZodType;
  /** Check of a custom schema. */
  readonly fn?: (value: unknown) => unknown;
}

/**
 * Finds `z.instanceof(Uint8Array)`, also inside of other schemas. zod forgets the class when a check is added, so that the schema
 * itself is asked: it takes bytes and nothing that is text or JSON. `z.custom<T>()` takes everything.
 */
export function takesBytesOnly(schema: z.core.$ZodType): boolean {
  const { type, innerType, out, fn } = schema._zod.def as Definition;
  const inner = innerType ?? out;
  if (inner) return takesBytesOnly(inner);
  if (type !== 'custom' || !fn) return false;
  return takes(fn, Buffer.alloc(1)) && !takes(fn, 'text') && !takes(fn, {});
}

function takes(check: (value: unknown) => unknown, value: unknown): boolean {
  try {
    return Boolean(check(value));
  } catch {
    return false;
  }
}
