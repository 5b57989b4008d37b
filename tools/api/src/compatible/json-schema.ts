/** A JSON Schema, as OpenAPI 3.1 has it. */
export type Schema = boolean | SchemaObject;
export type SchemaObject = Readonly<Record<string, unknown>>;

/** A schema, and the document in which its references lead somewhere. */
export interface SchemaSource {
  readonly schema: Schema;
  readonly root: unknown;
}

const isObject = (value: unknown): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows a reference within its document. Keywords beside a reference count, too. */
export function resolve(schema: Schema, root: unknown): SchemaObject {
  // true matches any value, false none.
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  const { $ref, ...beside } = schema;
  if (typeof $ref !== 'string') return schema;
  const keys = $ref.split('/').slice(1);
  const target = keys.reduce<unknown>(
    (node, key) => (isObject(node) ? node[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    root,
  );
  return { ...resolve(isObject(target) ? target : true, root), ...beside };
}

/**
 * The schemas of which a value has to match one: the members of unions, each with what is beside the union, and one for each
 * type.
 */
export function alternatives(schema: Schema, root: unknown): SchemaObject[] {
  const { anyOf, oneOf, allOf, ...rest } = resolve(schema, root);
  const unions = [anyOf, oneOf].filter(Array.isArray);
  const parts = Array.isArray(allOf) ? allOf.map((part) => alternatives(part, root)) : [];
  const all = [...unions.map((union) => union.flatMap((one: Schema) => alternatives(one, root))), ...parts];
  const combined = all.reduce<SchemaObject[]>(
    (sofar, members) => sofar.flatMap((one) => members.map((member) => both(one, member))),
    [rest],
  );
  return combined.flatMap(byType);
}

/** A schema for what matches two. */
function both(one: SchemaObject, other: SchemaObject): SchemaObject {
  const { properties = {}, required = [] } = one as { properties?: object; required?: readonly string[] };
  const more = other as { properties?: object; required?: readonly string[] };
  const merged = { ...one, ...other };
  return {
    ...merged,
    ...('properties' in merged && { properties: { ...properties, ...more.properties } }),
    ...('required' in merged && { required: [...new Set([...required, ...(more.required ?? [])])] }),
  };
}

function byType(schema: SchemaObject): SchemaObject[] {
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema];
}

/** The values that a schema names one by one; undefined when it does not. */
export function valuesOf({ type, enum: values, const: value }: SchemaObject): readonly unknown[] | undefined {
  if (value !== undefined) return [value];
  if (Array.isArray(values)) return values;
  if (type === 'null') return [null];
  return type === 'boolean' ? [true, false] : undefined;
}

/** The type of a schema, or of the values that it names; undefined for any. */
export function typeOf(schema: SchemaObject): string | undefined {
  if (typeof schema.type === 'string') return schema.type;
  const values = schema.const !== undefined ? [schema.const] : schema.enum;
  const types = new Set(Array.isArray(values) ? values.map(typeOfValue) : []);
  return types.size === 1 ? [...types][0] : undefined;
}

export function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
