import type { Contract } from '@nanoservices/endpoint';
import { type $ZodType, type JSONSchema, toJSONSchema } from 'zod/v4/core';

/** Tells a person what an endpoint expects: its route, and every parameter and body field with its type. */
export function describeContract(contract: Contract): string {
  const { params, query, headers, body } = contract;
  return [
    `${contract.name} expects: ${contract.method} ${contract.path}`,
    ...section('path', params),
    ...section('query', query),
    ...section('headers', headers),
    ...section('body', body),
  ].join('\n');
}

function section(title: string, schema: $ZodType | undefined): string[] {
  if (!schema) return [];
  const json = toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (!json.properties) return [`  ${title}: ${typeOf(json)}`];
  const fields = Object.entries(json.properties).map(([name, field]) => {
    const optional = json.required?.includes(name) ? '' : ', optional';
    return `    ${name}: ${typeOf(field as JSONSchema.BaseSchema)}${optional}`;
  });
  return [`  ${title}`, ...fields];
}

function typeOf(schema: JSONSchema.BaseSchema): string {
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items as JSONSchema.BaseSchema)}`;
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
