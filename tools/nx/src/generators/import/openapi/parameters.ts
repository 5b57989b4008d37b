import { isJson, type Json } from '../json.ts';
import type { OpenApiDocument } from './document.ts';
import { lengthChecks, literalsOf, numberChecks, type SchemaWriter } from './schema-source.ts';
import { call, checked, key, literal } from './source-text.ts';

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly isRequired: boolean;
  /** Expression in zod/mini: the values come as text. */
  readonly source: string;
  /** Its schema in the document, with references followed. */
  readonly schema: Json;
  readonly example?: unknown;
}

/** Headers that OpenAPI describes elsewhere, and ignores as parameters. */
const otherHeaders = ['accept', 'authorization', 'content-type'];

/**
 * Reads the parameters of an operation and of its path. The operation's come first where both declare one.
 *
 * @param lists - parameters and their keys, the path's before the operation's
 */
export function readParameters(
  document: OpenApiDocument,
  writer: SchemaWriter,
  lists: readonly { readonly parameters: unknown; readonly at: readonly string[] }[],
): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const { parameters, at } of lists) {
    for (const [index, item] of (Array.isArray(parameters) ? parameters : []).entries()) {
      const { value, at: where } = document.resolve(item, [...at, `${index}`]);
      const parameter = readParameter(document, writer, value, where);
      if (parameter) found.set(`${parameter.in} ${parameter.name}`, parameter);
    }
  }
  return [...found.values()];
}

function readParameter(
  document: OpenApiDocument,
  writer: SchemaWriter,
  value: Json,
  at: readonly string[],
): Parameter | undefined {
  const { name, in: place, required, schema, content, example } = value;
  if (typeof name !== 'string' || !isPlace(place)) return undefined;
  if (place === 'header' && otherHeaders.includes(name.toLowerCase())) return undefined;
  if (content !== undefined) {
    document.remark([...at, 'content'], 'A parameter with a media type stays text: parse it in the handler.');
  }
  const resolved = document.resolve(schema, [...at, 'schema']);
  const isRequired = place === 'path' || required === true;
  const text = textSource(document, writer, resolved.value, resolved.at, { ...value, in: place });
  const fallback = resolved.value.default;
  const optional =
    fallback === undefined || isJson(fallback)
      ? call('z.optional', text)
      : call('z._default', text, literal(fallback));
  return {
    name: place === 'header' ? name.toLowerCase() : name,
    in: place,
    isRequired,
    source: isRequired ? text : optional,
    schema: resolved.value,
    example: example ?? firstExample(value.examples),
  };
}

function isPlace(place: unknown): place is Parameter['in'] {
  return place === 'path' || place === 'query' || place === 'header' || place === 'cookie';
}

function firstExample(examples: unknown): unknown {
  const [first] = isJson(examples) ? Object.values(examples) : [];
  return isJson(first) ? first.value : undefined;
}

/** A schema of the text that a value has in a path, a query string or a header. */
function textSource(
  document: OpenApiDocument,
  writer: SchemaWriter,
  schema: Json,
  at: readonly string[],
  parameter: Json,
): string {
  const types = [schema.type].flat().filter((one) => one !== 'null' && one !== undefined);
  const [type = 'string'] = types;
  if (type === 'array') {
    if (parameter.in === 'query' && parameter.explode !== false && (parameter.style ?? 'form') === 'form') {
      const items = document.resolve(schema.items, [...at, 'items']);
      const item = textSource(document, writer, items.value, items.at, parameter);
      return checked(call('z.array', item), lengthChecks(schema, 'minItems', 'maxItems'));
    }
    document.remark(at, 'A list in one text stays text: split it in the handler.');
    return 'z.string()';
  }
  if (type === 'object') {
    document.remark(at, 'An object in a parameter stays text: parse it in the handler.');
    return 'z.string()';
  }
  if (type === 'integer' || type === 'number') {
    if (Array.isArray(schema.enum))
      return call('z.pipe', 'z.coerce.number<number>()', literalsOf(schema.enum));
    return checked('z.coerce.number<number>()', [
      ...(type === 'integer' ? ['z.int()'] : []),
      ...numberChecks(schema),
    ]);
  }
  if (type === 'boolean') return "z.stringbool({ truthy: ['true'], falsy: ['false'] })";
  return writer.source({ ...schema, type: 'string', nullable: false }, at);
}

/** The source of an object of parameters. */
export function shapeOf(kind: 'z.strictObject' | 'z.object', parameters: readonly Parameter[]): string {
  return call(kind, `{ ${parameters.map(({ name, source }) => `${key(name)}: ${source}`).join(', ')} }`);
}
