import { isDeepStrictEqual } from 'node:util';
import {
  alternatives,
  type Schema,
  type SchemaObject,
  type SchemaSource,
  typeOf,
  typeOfValue,
  valuesOf,
} from './json-schema.ts';
import { keywordChanges } from './keyword-changes.ts';
import { isWithinLimits } from './limits.ts';

/**
 * The use of a value. A `request` that was accepted must still be. A `response` must be understood: clients
 * ignore properties that they do not know. A `parsed` response has a schema that refuses them, where it is a strict one.
 */
export type Use = 'request' | 'response' | 'parsed';

/** The schema with fewer values, the one with more, and what one expects of them. */
interface Comparison {
  readonly narrow: unknown;
  readonly wide: unknown;
  readonly use: Use;
  /** Pairs of references that are being compared: a schema may contain itself. */
  readonly pending: Set<string>;
}

/**
 * Finds what breaks those who know an earlier schema. A request breaks them when it takes less, and a response when it gives more.
 *
 * @param place - of the value, for the messages: `body`
 * @returns one message for each change
 */
export function schemaChanges(before: SchemaSource, after: SchemaSource, use: Use, place: string): string[] {
  const [narrow, wide] = use === 'request' ? [before, after] : [after, before];
  const comparison = { narrow: narrow.root, wide: wide.root, use, pending: new Set<string>() };
  return [...new Set(compare(comparison, narrow.schema, wide.schema, place))];
}

function compare(comparison: Comparison, narrow: Schema, wide: Schema, place: string): string[] {
  const pair = [narrow, wide].map((one) => (typeof one === 'object' ? one.$ref : undefined));
  const key = pair.every((ref) => ref !== undefined) ? pair.join(' ') : undefined;
  if (key === undefined) return compareUnions(comparison, narrow, wide, place);
  if (comparison.pending.has(key)) return [];
  comparison.pending.add(key);
  const changes = compareUnions(comparison, narrow, wide, place);
  comparison.pending.delete(key);
  return changes;
}

function compareUnions(comparison: Comparison, narrow: Schema, wide: Schema, place: string): string[] {
  const wides = alternatives(wide, comparison.wide);
  const narrows = alternatives(narrow, comparison.narrow);
  return narrows.flatMap((one) => {
    const found = wides.map((other) => ({ other, changes: compareOne(comparison, one, other, place) }));
    if (found.some(({ changes }) => changes.length === 0)) return [];
    const isUnion = narrows.length + wides.length > 2;
    const alike = isUnion ? found.filter(({ other }) => isAlike(one, other)) : found;
    if (alike.length === 1) return alike[0]?.changes ?? [];
    return [`${place} ${comparison.use === 'request' ? 'is refused as' : 'may be'} ${nameOf(one)} now`];
  });
}

/** Decides if a member of a union stands for the same as one of another: it has the same type and the same constants. */
function isAlike(one: SchemaObject, other: SchemaObject): boolean {
  return !isOtherType(one, other) && isDeepStrictEqual(constants(one), constants(other));
}

function constants({ properties = {} }: SchemaObject): [string, unknown][] {
  const entries = Object.entries(properties as Record<string, SchemaObject>);
  return entries.flatMap(([name, one]) => (one.const === undefined ? [] : [[name, one.const]]));
}

function isOtherType(one: SchemaObject, other: SchemaObject): boolean {
  const [type, wanted] = [typeOf(one), typeOf(other)];
  return wanted !== undefined && type !== wanted && !(type === 'integer' && wanted === 'number');
}

function compareOne(comparison: Comparison, one: SchemaObject, other: SchemaObject, place: string): string[] {
  const { use } = comparison;
  const isRequest = use === 'request';
  if (isOtherType(one, other)) {
    const [before, after] = isRequest ? [one, other] : [other, one];
    return [`${place} is ${nameOf(after)} now, not ${nameOf(before)}`];
  }
  const values = valuesOf(one);
  const allowed = valuesOf(other);
  if (values) {
    const refused = values
      .filter((value) => !accepts(other, allowed, value))
      .map((one) => JSON.stringify(one));
    if (refused.length === 0) return [];
    return [`${place} ${isRequest ? 'is refused as' : 'may be'} ${refused.join(' or ')} now`];
  }
  if (allowed) {
    const list = allowed.map((one) => JSON.stringify(one)).join(' or ');
    return [isRequest ? `${place} must be ${list} now` : `${place} may be something else than ${list} now`];
  }
  return [
    ...keywordChanges(one, other, isRequest, place),
    ...objectChanges(comparison, one, other, place),
    ...arrayChanges(comparison, one, other, place),
  ];
}

function accepts(schema: SchemaObject, allowed: readonly unknown[] | undefined, value: unknown): boolean {
  if (allowed) return allowed.some((one) => isDeepStrictEqual(one, value));
  const type = typeOfValue(value);
  const wanted = typeOf(schema) ?? type;
  const isOfType = wanted === type || (wanted === 'integer' && Number.isInteger(value));
  return isOfType && isWithinLimits(schema, value);
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
}

function objectChanges(
  comparison: Comparison,
  one: SchemaObject,
  other: SchemaObject,
  place: string,
): string[] {
  const { use } = comparison;
  const isRequest = use === 'request';
  const {
    properties = {},
    required = [],
    additionalProperties: rest = true,
    propertyNames,
  } = one as ObjectSchema;
  const wide = other as ObjectSchema;
  const { properties: known = {}, required: needed = [], additionalProperties: more = true } = wide;
  const at = (name: string) => `${place}.${name}`;
  const missing = needed.filter((name) => !required.includes(name));
  const changes = missing.map((name) => {
    if (isRequest) return `${at(name)} is required now`;
    return name in properties || rest !== false ? `${at(name)} is optional now` : `${at(name)} is gone`;
  });
  if (!isRequest) {
    const gone = Object.keys(known).filter((name) => !(name in properties) && !needed.includes(name));
    if (rest === false) changes.push(...gone.map((name) => `${at(name)} is gone`));
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (Object.hasOwn(known, name)) {
      changes.push(...compare(comparison, schema, known[name] as Schema, at(name)));
    } else if (use !== 'response' && more === false) {
      changes.push(
        isRequest ? `${at(name)} is refused now` : `${at(name)} is new, and refused by a strict schema`,
      );
    } else if (use !== 'response') {
      changes.push(...compare(comparison, schema, more, at(name)));
    }
  }
  // An object without properties is a record.
  const isRecord = 'additionalProperties' in one && Object.keys(properties).length === 0;
  if (isRequest && rest !== false && more === false) changes.push(`${place} takes no further properties now`);
  else if (rest !== false && more !== true && (isRequest || isRecord)) {
    changes.push(...compare(comparison, rest, more, `${place}[*]`));
  }
  if (wide.propertyNames !== undefined) {
    changes.push(...compare(comparison, propertyNames ?? true, wide.propertyNames, `a key of ${place}`));
  }
  return changes;
}

function arrayChanges(
  comparison: Comparison,
  one: SchemaObject,
  other: SchemaObject,
  place: string,
): string[] {
  const { items = true, prefixItems = [] } = one as { items?: Schema; prefixItems?: readonly Schema[] };
  const wide = other as { items?: Schema; prefixItems?: readonly Schema[] };
  const first = (wide.prefixItems ?? []).flatMap((schema, index) =>
    compare(comparison, prefixItems[index] ?? items, schema, `${place}[${index}]`),
  );
  return wide.items === undefined
    ? first
    : [...first, ...compare(comparison, items, wide.items, `${place}[]`)];
}

function nameOf(schema: SchemaObject): string {
  const values = valuesOf(schema);
  if (schema.type !== 'boolean' && values) return values.map((one) => JSON.stringify(one)).join(' or ');
  const named = constants(schema).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const type = typeOf(schema) ?? 'any value';
  return named.length > 0 ? `${type} with ${named.join(' and ')}` : type;
}
