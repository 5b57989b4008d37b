import { isJson, type Json } from '../json.ts';
import { type OpenApiDocument, pathOf } from './document.ts';
import { exportNames } from './export-names.ts';
import { call, checked, key, literal, regexOf } from './source-text.ts';

/** A schema of the document as an export of the lib. */
export interface SchemaExport {
  readonly name: string;
  /** Expression in zod/mini. */
  readonly source: string;
  readonly description?: string | undefined;
}

const formats: Readonly<Record<string, string>> = {
  ...{ email: 'z.email()', uuid: 'z.uuid()', uri: 'z.url()', url: 'z.url()', byte: 'z.base64()' },
  ...{ 'date-time': 'z.iso.datetime({ offset: true })', date: 'z.iso.date()', duration: 'z.iso.duration()' },
  ...{ ipv4: 'z.ipv4()', ipv6: 'z.ipv6()' },
};

/** Keywords that zod/mini has no counterpart of. */
const unsupported = [
  ...[
    'not',
    'if',
    'then',
    'else',
    'dependentSchemas',
    'dependentRequired',
    'patternProperties',
    'propertyNames',
  ],
  ...[
    'contains',
    'uniqueItems',
    'minProperties',
    'maxProperties',
    'unevaluatedProperties',
    'unevaluatedItems',
  ],
];

/**
 * Writes JSON Schema as source code in zod/mini. Schemas below `components` become exports, in an order in which each is declared
 * before it is used.
 */
export class SchemaWriter {
  readonly #document: OpenApiDocument;
  readonly #names: ReadonlyMap<string, string>;
  readonly #exports: SchemaExport[] = [];
  readonly #states = new Map<string, 'open' | 'done'>();
  /** Inlined references that are being written. */
  readonly #inlined = new Set<string>();

  /** @param reserved - names that exports must not have */
  constructor(document: OpenApiDocument, reserved: readonly string[]) {
    this.#document = document;
    this.#names = exportNames(Object.keys(document.components('schemas')), reserved);
  }

  /** Writes all schemas below `components`. @returns them in their order */
  writeComponents(): readonly SchemaExport[] {
    for (const name of this.#names.keys()) this.#component(name);
    return this.#exports;
  }

  /** @param at - keys of the schema in the document. @returns an expression */
  source(schema: unknown, at: readonly string[]): string {
    if (schema === true || schema === undefined) return 'z.unknown()';
    if (schema === false) return 'z.never()';
    if (!isJson(schema)) return 'z.unknown()';
    if (typeof schema.$ref === 'string') return this.#reference(schema, at);
    for (const keyword of unsupported) {
      if (schema[keyword] === undefined || schema[keyword] === false) continue;
      this.#document.remark([...at, keyword], `"${keyword}" is not checked: write a refinement (z.refine).`);
    }
    const parts = [
      ...this.#own(schema, at),
      ...list(schema.allOf).map((one, index) => this.source(one, [...at, 'allOf', `${index}`])),
      ...['anyOf', 'oneOf'].flatMap((keyword) => this.#union(schema, keyword, at)),
    ];
    const [first = 'z.unknown()', ...rest] = parts;
    const all = rest.reduce((left, right) => call('z.intersection', left, right), first);
    return schema.nullable === true ? call('z.nullable', all) : all;
  }

  #reference({ $ref, ...siblings }: Json, at: readonly string[]): string {
    const reference = `${$ref}`;
    const [top, kind, name, ...deeper] = pathOf(reference) ?? [];
    const isComponent =
      top === 'components' && kind === 'schemas' && name !== undefined && deeper.length === 0;
    const source = isComponent && this.#names.has(name) ? this.#component(name) : this.#inline(reference, at);
    const more = Object.keys(siblings).some((keyword) => !annotations.has(keyword));
    return more ? call('z.intersection', source, this.source(siblings, at)) : source;
  }

  #component(name: string): string {
    const exported = this.#names.get(name) as string;
    // A circle of schemas. The type cannot be inferred through it.
    if (this.#states.get(name) === 'open') return `z.lazy((): z.ZodMiniType => ${exported})`;
    if (this.#states.get(name) === 'done') return exported;
    this.#states.set(name, 'open');
    const at = ['components', 'schemas', name];
    const schema = this.#document.components('schemas')[name];
    const source = this.source(schema, at);
    this.#states.set(name, 'done');
    const description =
      isJson(schema) && typeof schema.description === 'string' ? schema.description : undefined;
    this.#exports.push({ name: exported, source, description });
    return exported;
  }

  /** A reference to a schema that has no name. */
  #inline(reference: string, at: readonly string[]): string {
    if (this.#inlined.has(reference)) {
      this.#document.remark(
        at,
        `${reference} contains itself: give it a name below components. Anything is accepted.`,
      );
      return 'z.unknown()';
    }
    const target = this.#document.resolve({ $ref: reference }, at);
    this.#inlined.add(reference);
    const source = this.source(target.value, target.at);
    this.#inlined.delete(reference);
    return source;
  }

  #union(schema: Json, keyword: string, at: readonly string[]): string[] {
    const options = list(schema[keyword]);
    if (options.length === 0) return [];
    const isNull = (one: unknown) => isJson(one) && one.type === 'null';
    const sources = options
      .map((one, index) => (isNull(one) ? undefined : this.source(one, [...at, keyword, `${index}`])))
      .filter((one) => one !== undefined);
    const union = sources.length === 1 ? (sources[0] as string) : `z.union([${sources.join(', ')}])`;
    if (sources.length === 0) return ['z.null()'];
    return [options.some(isNull) ? call('z.nullable', union) : union];
  }

  /** The schema without its combinations; nothing when it consists of them. */
  #own(schema: Json, at: readonly string[]): string[] {
    if (schema.const !== undefined) return [literalsOf([schema.const])];
    if (Array.isArray(schema.enum)) return [literalsOf(schema.enum)];
    const types = [schema.type ?? impliedType(schema)].flat().filter((one) => one !== undefined);
    const sources = types.filter((one) => one !== 'null').map((type) => this.#typed(`${type}`, schema, at));
    if (types.includes('null') && sources.length === 0) return ['z.null()'];
    if (sources.length === 0) return [];
    const union = sources.length === 1 ? (sources[0] as string) : `z.union([${sources.join(', ')}])`;
    return [types.includes('null') ? call('z.nullable', union) : union];
  }

  #typed(type: string, schema: Json, at: readonly string[]): string {
    switch (type) {
      case 'string':
        return this.#text(schema, at);
      case 'integer':
      case 'number':
        return checked(type === 'integer' ? 'z.int()' : 'z.number()', numberChecks(schema));
      case 'boolean':
        return 'z.boolean()';
      case 'array':
        return this.#array(schema, at);
      case 'object':
        return this.#object(schema, at);
      default:
        this.#document.remark([...at, 'type'], `"${type}" is no type of JSON Schema: anything is accepted.`);
        return 'z.unknown()';
    }
  }

  #text(schema: Json, at: readonly string[]): string {
    return checked(formats[`${schema.format}`] ?? 'z.string()', [
      ...lengthChecks(schema, 'minLength', 'maxLength'),
      ...this.patternChecks(schema, at),
    ]);
  }

  /** The check of a `pattern`, if it is a regular expression of JavaScript. */
  patternChecks({ pattern }: Json, at: readonly string[]): string[] {
    if (typeof pattern !== 'string') return [];
    const expression = regexOf(pattern);
    if (expression) return [`z.regex(${expression})`];
    this.#document.remark(
      [...at, 'pattern'],
      'The pattern is no regular expression of JavaScript: it is not checked.',
    );
    return [];
  }

  #array(schema: Json, at: readonly string[]): string {
    const items = this.source(schema.items, [...at, 'items']);
    const checks = lengthChecks(schema, 'minItems', 'maxItems');
    if (!Array.isArray(schema.prefixItems)) return checked(call('z.array', items), checks);
    const fixed = schema.prefixItems.map((one, index) =>
      this.source(one, [...at, 'prefixItems', `${index}`]),
    );
    const rest = schema.items === false ? [] : [items];
    return call('z.tuple', `[${fixed.join(', ')}]`, ...rest);
  }

  #object(schema: Json, at: readonly string[]): string {
    const { additionalProperties: more } = schema;
    const properties = isJson(schema.properties) ? schema.properties : {};
    const required = list(schema.required);
    const names = new Set([...Object.keys(properties), ...required.map(String)]);
    const rest = isJson(more) ? this.source(more, [...at, 'additionalProperties']) : undefined;
    if (names.size === 0 && more !== false) return call('z.record', 'z.string()', rest ?? 'z.unknown()');
    const entries = [...names].map((name) => {
      const source = this.source(properties[name], [...at, 'properties', name]);
      return `${key(name)}: ${required.includes(name) ? source : call('z.optional', source)}`;
    });
    const shape = entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
    if (rest !== undefined) return call('z.catchall', call('z.object', shape), rest);
    return call(more === false ? 'z.strictObject' : more === true ? 'z.looseObject' : 'z.object', shape);
  }
}

/** Keywords that do not change what is valid. */
const annotations = new Set([
  ...[
    'description',
    'title',
    'summary',
    'example',
    'examples',
    'default',
    'deprecated',
    'readOnly',
    'writeOnly',
  ],
  ...['externalDocs', 'xml', '$comment'],
]);

/** Checks of a number, in OpenAPI 3.0 and 3.1. */
export function numberChecks(schema: Json): string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const checks: [string, unknown][] = [
    [exclusiveMinimum === true ? 'z.gt' : 'z.minimum', minimum],
    [exclusiveMaximum === true ? 'z.lt' : 'z.maximum', maximum],
    ['z.gt', exclusiveMinimum],
    ['z.lt', exclusiveMaximum],
    ['z.multipleOf', multipleOf],
  ];
  return checks.flatMap(([name, limit]) => (typeof limit === 'number' ? [call(name, `${limit}`)] : []));
}

/** Checks of a text's or a list's length. */
export function lengthChecks(schema: Json, min: string, max: string): string[] {
  const { [min]: least, [max]: most } = schema;
  return [
    ...(typeof least === 'number' && least > 0 ? [call('z.minLength', `${least}`)] : []),
    ...(typeof most === 'number' ? [call('z.maxLength', `${most}`)] : []),
  ];
}

/** A schema of some values. */
export function literalsOf(values: readonly unknown[]): string {
  if (values.length > 1 && values.every((one) => typeof one === 'string')) {
    return `z.enum([${values.map(literal).join(', ')}])`;
  }
  const sources = values.map((one) =>
    one === null
      ? 'z.null()'
      : isJson(one) || Array.isArray(one)
        ? 'z.unknown()'
        : call('z.literal', literal(one)),
  );
  return sources.length === 1 ? (sources[0] as string) : `z.union([${sources.join(', ')}])`;
}

/** The type that keywords speak of, where none is named. */
function impliedType(schema: Json): string | undefined {
  const has = (...keywords: string[]) => keywords.some((one) => schema[one] !== undefined);
  if (has('properties', 'additionalProperties')) return 'object';
  if (has('items', 'prefixItems')) return 'array';
  if (has('pattern', 'minLength', 'maxLength')) return 'string';
  return has('minimum', 'maximum', 'multipleOf') ? 'number' : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
