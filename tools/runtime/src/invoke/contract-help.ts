import { nameSchemas } from '@nanoservices/api';
import type { AnyContract } from '@nanoservices/endpoint';
import { type ApiDocumentation, routeKey } from '@nanoservices/model';
import { type $ZodType, type JSONSchema, toJSONSchema } from 'zod/v4/core';

type Json = JSONSchema.BaseSchema;

/** Describes the input of an endpoint to a person: route, parameters and body fields, with their types. */
export function describeContract(contract: AnyContract, documentation: ApiDocumentation): string {
  const { params, query, headers, body } = contract;
  nameSchemas(documentation);
  return [
    `${contract.name} expects: ${routeKey(contract)}`,
    ...section('path', params),
    ...section('query', query),
    ...section('headers', headers),
    ...section('body', body),
  ].join('\n');
}

function section(title: string, schema: $ZodType | undefined): string[] {
  if (!schema) return [];
  const root = toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const resolve = resolver(root);
  const json = resolve(root);
  const typeOf = (one: Json) => typeName(one, resolve);
  if (!json.properties) return [`  ${title}: ${typeOf(json)}`];
  const fields = Object.entries(json.properties).map(([name, field]) => {
    const optional = json.required?.includes(name) ? '' : ', optional';
    return `    ${name}: ${typeOf(field as Json)}${optional}`;
  });
  return [`  ${title}`, ...fields];
}

/** Follows a reference to a named schema. */
type Resolve = (schema: Json) => Json;

function resolver({ $defs = {} }: Json): Resolve {
  return (schema) => ({ ...schema, ...$defs[schema.$ref?.replace('#/$defs/', '') ?? ''] });
}

function typeName(reference: Json, resolve: Resolve): string {
  const schema = resolve(reference);
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.type === 'array') return `list of ${typeName(schema.items as Json, resolve)}`;
  const limits = [
    schema.format ?? '',
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minimum, schema.maximum, ''),
  ].filter(Boolean);
  return [schema.type ?? 'anything', ...(limits.length > 0 ? [`(${limits.join(', ')})`] : [])].join(' ');
}

function range(from: number | undefined, to: number | undefined, unit: string): string {
  if (from === undefined && to === undefined) return '';
  if (to === undefined || to === Number.MAX_SAFE_INTEGER) return `at least ${from}${unit}`;
  return from === undefined ? `at most ${to}${unit}` : `${from} to ${to}${unit}`;
}
