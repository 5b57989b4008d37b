import type * as z from 'zod/v4/core';

/** Tells if a schema is one of a list, also inside of an optional, default or similar schema. */
export function isList(schema: z.$ZodType): boolean {
  const { type, innerType } = schema._zod.def as { type: string; innerType?: z.$ZodType };
  return type === 'array' || (innerType !== undefined && isList(innerType));
}
