import type { SchemaObject } from './json-schema.ts';

/** Keywords with a limit. */
const limits: Readonly<Record<string, 'least' | 'most'>> = {
  minimum: 'least',
  exclusiveMinimum: 'least',
  minLength: 'least',
  minItems: 'least',
  minProperties: 'least',
  maximum: 'most',
  exclusiveMaximum: 'most',
  maxLength: 'most',
  maxItems: 'most',
  maxProperties: 'most',
};

export function isLimit(keyword: string): boolean {
  return keyword in limits;
}

/** The same limits without exclusive ones, where the schema is that of an integer: above 0 is at least 1. */
export function withIntegerLimits(schema: SchemaObject): SchemaObject {
  if (schema.type !== 'integer') return schema;
  const { exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  const least = [rest.minimum, above(exclusiveMinimum)].filter((one) => typeof one === 'number');
  const most = [rest.maximum, below(exclusiveMaximum)].filter((one) => typeof one === 'number');
  return {
    ...rest,
    ...(least.length > 0 && { minimum: Math.ceil(Math.max(...least)) }),
    ...(most.length > 0 && { maximum: Math.floor(Math.min(...most)) }),
  };
}

const above = (limit: unknown) => (typeof limit === 'number' ? Math.floor(limit) + 1 : undefined);
const below = (limit: unknown) => (typeof limit === 'number' ? Math.ceil(limit) - 1 : undefined);

/** The keyword with the same limit that a value may, or may not, reach. */
const counterparts: Readonly<Record<string, string>> = {
  minimum: 'exclusiveMinimum',
  exclusiveMinimum: 'minimum',
  maximum: 'exclusiveMaximum',
  exclusiveMaximum: 'maximum',
};

/** Decides if the limits of a schema keep all its values within another limit. */
export function hasLimit(schema: SchemaObject, keyword: string, limit: unknown): boolean {
  if (typeof limit !== 'number') return false;
  const isWithin = (value: unknown, mayBeLimit: boolean) => {
    if (typeof value !== 'number') return false;
    if (value === limit) return mayBeLimit;
    return limits[keyword] === 'least' ? value > limit : value < limit;
  };
  const counterpart = counterparts[keyword];
  const isImplied =
    counterpart !== undefined && isWithin(schema[counterpart], !keyword.startsWith('exclusive'));
  return isImplied || isWithin(schema[keyword], true);
}

/** Decides if a value is within the limits of a schema for values of its type. */
export function isWithinLimits(schema: SchemaObject, value: unknown): boolean {
  if (typeof value === 'string') {
    const { minLength = 0, maxLength = Infinity, pattern } = schema as Record<string, number | undefined>;
    return value.length >= minLength && value.length <= maxLength && matches(value, pattern);
  }
  if (typeof value !== 'number') return true;
  const ends = { minimum: value, maximum: value };
  return Object.entries(schema).every(([keyword, limit]) => {
    if (keyword in counterparts) return hasLimit(ends, keyword, limit);
    return keyword !== 'multipleOf' || isWhole(value / Number(limit));
  });
}

/** 0.3 is a multiple of 0.1, although their quotient is 2.9999999999999996. */
function isWhole(quotient: number): boolean {
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

/** zod writes the source of a pattern, and not its flags. */
function matches(text: string, pattern: unknown): boolean {
  if (typeof pattern !== 'string') return true;
  return ['u', ''].some((flags) => {
    try {
      return new RegExp(pattern, flags).test(text);
    } catch {
      return false;
    }
  });
}
