import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { OpenApiDocument } from './document.ts';
import { SchemaWriter } from './schema-source.ts';

function writer(schemas: Record<string, unknown> = {}) {
  const document = new OpenApiDocument('shop.yaml', { openapi: '3.1.0', paths: {}, components: { schemas } });
  return { document, writer: new SchemaWriter(document, []) };
}

/** Runs the code that is written for a schema, after that of the components. */
function schemaOf(schema: unknown, schemas: Record<string, unknown> = {}): z.ZodMiniType {
  const { writer: one } = writer(schemas);
  const exports = one.writeComponents().map(({ name, source }) => `const ${name} = ${source};`);
  const code = [...exports, `return ${one.source(schema, [])};`].join('\n');
  return new Function('z', ts.transpile(code, { target: ts.ScriptTarget.ESNext }))(z);
}

describe('a schema of JSON Schema accepts in zod/mini what it should', () => {
  it.each<[string, unknown, unknown[], unknown[]]>([
    [
      'text',
      { type: 'string', minLength: 2, maxLength: 3, pattern: '^a/' },
      ['a/', 'a/b'],
      ['a', 'a/bc', 'xx', 1],
    ],
    ['a date', { type: 'string', format: 'date-time' }, ['2026-01-01T00:00:00+01:00'], ['2026-01-01', 'x']],
    [
      'whole numbers',
      { type: 'integer', minimum: 0, exclusiveMaximum: 3, multipleOf: 2 },
      [0, 2],
      [-2, 1, 3, 4, 1.5],
    ],
    ['bounds of OpenAPI 3.0', { type: 'number', minimum: 0, exclusiveMinimum: true }, [0.1], [0, -1]],
    ['some texts', { enum: ['a', "it's"] }, ['a', "it's"], ['b', null]],
    ['some values', { enum: ['a', 1, null] }, ['a', 1, null], ['b', 2]],
    ['one value', { const: 7 }, [7], [8]],
    ['nothing', { type: 'null' }, [null], [0, undefined]],
    ['null of OpenAPI 3.0', { type: 'string', nullable: true }, ['a', null], [1, undefined]],
    ['null of OpenAPI 3.1', { type: ['string', 'null'] }, ['a', null], [1]],
    ['several types', { type: ['string', 'integer'] }, ['a', 1], [true]],
    [
      'lists',
      { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 },
      [[1], [1, 2]],
      [[], [1, 2, 3], ['a']],
    ],
    [
      'tuples',
      { type: 'array', prefixItems: [{ type: 'string' }], items: false },
      [['a']],
      [[1], ['a', 'b']],
    ],
    [
      'objects',
      { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: {} } },
      [{ a: '' }, { a: '', c: 1 }],
      [{}, { a: 1 }, []],
    ],
    ['closed objects', { properties: { a: {} }, additionalProperties: false }, [{}, { a: 1 }], [{ b: 1 }]],
    ['maps', { type: 'object', additionalProperties: { type: 'number' } }, [{}, { a: 1 }], [{ a: 'b' }]],
    [
      'further properties',
      { properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } },
      [{ a: 'x', b: 1 }],
      [{ b: 'x' }],
    ],
    ['required properties without a schema', { type: 'object', required: ['a'] }, [{ a: 1 }], []],
    [
      'all of',
      {
        allOf: [
          { required: ['a'], properties: { a: { type: 'string' } } },
          { properties: { b: { type: 'number' } } },
        ],
      },
      [{ a: 'x', b: 1 }],
      [{ b: 1 }, { a: 'x', b: 'y' }],
    ],
    ['any of', { anyOf: [{ type: 'string' }, { type: 'null' }] }, ['a', null], [1]],
    [
      'one of, below a type',
      {
        type: 'object',
        oneOf: [
          { required: ['a'], properties: { a: { type: 'string' } } },
          { required: ['b'], properties: { b: { type: 'string' } } },
        ],
      },
      [{ a: 'x' }, { b: 'x' }],
      [{}, 'x'],
    ],
    [
      'odd names',
      { type: 'object', properties: { 'x-y': { type: 'string' }, '1': {} }, required: ['x-y'] },
      [{ 'x-y': 'a' }],
      [{}],
    ],
    ['anything', {}, [1, null, 'a'], []],
    ['nothing at all', false, [], [1, null]],
  ])('%s', (_, schema, good, bad) => {
    const made = schemaOf(schema);
    for (const value of good) expect(made.safeParse(value).success, JSON.stringify(value)).toBe(true);
    for (const value of bad) expect(made.safeParse(value).success, JSON.stringify(value)).toBe(false);
  });

  it('references, also in a circle, and by a path', () => {
    const node = {
      type: 'object',
      required: ['value'],
      properties: {
        value: { $ref: '#/components/schemas/order%20status' },
        next: { $ref: '#/components/schemas/Node' },
        same: { $ref: '#/components/schemas/Node/properties/value' },
      },
    };
    const made = schemaOf(
      { $ref: '#/components/schemas/Node' },
      { Node: node, 'order status': { enum: ['open', 'sent'] } },
    );
    expect(made.safeParse({ value: 'open', next: { value: 'sent' }, same: 'open' }).success).toBe(true);
    expect(made.safeParse({ value: 'open', next: { value: 'lost' } }).success).toBe(false);
    expect(made.safeParse({ value: 'open', same: 'lost' }).success).toBe(false);
  });
});

it('components are declared before they are used, and hide no global', () => {
  const { writer: one } = writer({
    Order: { properties: { error: { $ref: '#/components/schemas/Error' } } },
    Error: { type: 'string', description: 'What went wrong' },
    error: { type: 'string' },
  });
  expect(one.writeComponents().map(({ name, description }) => [name, description])).toEqual([
    ['ErrorSchema', 'What went wrong'],
    ['Order', undefined],
    ['ErrorSchema2', undefined],
  ]);
});

it('what has no counterpart is said, with its keys', () => {
  const { document, writer: one } = writer();
  one.source({ type: 'string', pattern: '(', not: { const: 'a' } }, ['a']);
  one.source({ $ref: 'other.yaml#/Order' }, ['b']);
  one.source({ type: 'array', uniqueItems: true, items: { type: 'file' } }, ['c']);
  expect(document.remarks.map(({ path }) => path.join('.'))).toEqual([
    'a.not',
    'a.pattern',
    'b',
    'c.uniqueItems',
    'c.items.type',
  ]);
});

it.each([
  [{ swagger: '2.0' }, /^shop\.yaml: "swagger" is 2\.0\. Convert the document to OpenAPI 3 first\.$/],
  [{ openapi: '2.0', paths: {} }, /"openapi" is "2\.0"\. It must be 3\.0 or later/],
  [{ openapi: '3.0.0' }, /"paths" is missing/],
])('%j is refused', (content, message) => {
  expect(() => new OpenApiDocument('shop.yaml', content)).toThrow(message);
});
