import {
  binary,
  type Contract,
  contract,
  Forbidden,
  form,
  PageQuery,
  page,
  secret,
  text,
} from '@nanoservices/endpoint';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { bodyForm } from '../response-body.ts';
import { documentation, schemas } from '../testing/shop.ts';
import { openApiDocument } from './document.ts';

const { NewOrder, Order, OrderChanges, OrderId, OrderNotFound, OrderTooHeavy } = schemas;
const params = z.strictObject({ orderId: OrderId });
const path = '/orders/{orderId}';
const contracts = [
  contract({
    name: 'update-order',
    method: 'PATCH',
    path,
    summary: 'Change',
    params,
    body: OrderChanges,
    ifMatch: true,
    response: Order,
    etag: 'version',
    problems: [OrderNotFound, OrderTooHeavy, Forbidden],
    access: 'user',
  }),
  contract({
    name: 'get-order',
    method: 'GET',
    path,
    summary: 'Read',
    params,
    response: Order,
    etag: 'version',
    env: z.object({ PAY_KEY: secret() }),
    access: 'public',
  }),
  contract({
    name: 'delete-order',
    method: 'DELETE',
    path,
    summary: 'x',
    params,
    access: { scope: 'admin' },
  }),
  contract({
    name: 'list-orders',
    method: 'GET',
    path: '/orders',
    summary: 'List',
    query: z.strictObject({ ...PageQuery.shape, tag: z.optional(z.array(z.string())) }),
    cookies: z.object({ session: z.optional(z.string()) }),
    response: page(Order),
    access: 'public',
  }),
  contract({
    name: 'read-file',
    method: 'POST',
    path: '/files/{path+}',
    summary: 'File',
    params: z.object({ path: z.string() }),
    body: z.optional(NewOrder),
    access: 'public',
  }),
];

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at from outside
type Json = any;
const document: Json = JSON.parse(
  JSON.stringify(
    openApiDocument(contracts, { title: 'Shop', version: '1.2.3', url: 'https://a.example' }, documentation),
  ),
);
const { get, patch, delete: remove } = document.paths[path];

describe('the examples of problems', () => {
  type Content = Record<
    string,
    { examples: Record<string, { value: { detail?: string; errors?: object[] } }> }
  >;
  const example = (one: Contract, status: number, name: string) => {
    const { paths } = openApiDocument([one], { title: 't', version: '1' }, documentation);
    const operation = Object.values(Object.values(paths ?? {})[0] ?? {})[0] as {
      responses: Record<number, { content: Content }>;
    };
    return operation.responses[status]?.content['application/problem+json']?.examples[name]?.value;
  };
  const contractOf = (parts: object) =>
    contract({ name: 'x', method: 'POST', path: '/orders', summary: 'x', access: 'public', ...parts });

  it.each<[string, object, { path: string; message: string }]>([
    [
      'a parameter of the path',
      { path, params },
      { path: 'params.orderId', message: expect.stringContaining('Invalid') },
    ],
    [
      'a query parameter',
      { query: z.strictObject({ limit: z.optional(z.coerce.number().check(z.minimum(1))) }) },
      { path: 'query.limit', message: expect.stringContaining('Too small') },
    ],
    ['the body', { body: NewOrder }, { path: 'body', message: 'Not valid JSON in UTF-8' }],
    [
      'the body, when the path takes any text',
      { path: '/files/{name}', params: z.object({ name: z.string() }), body: NewOrder },
      { path: 'body', message: 'Not valid JSON in UTF-8' },
    ],
    [
      'an unknown query parameter, when the endpoint takes nothing',
      {},
      { path: 'query.unknown', message: 'This endpoint takes no query parameters' },
    ],
  ])('name a part that the request has: %s', (_, parts, error) => {
    expect(example(contractOf(parts), 400, 'InvalidInput')?.errors).toEqual([error]);
  });

  it('name the scope and the limit of the endpoint', () => {
    const access = { scope: 'support' };
    const one = contractOf({ access, body: NewOrder, bodyLimitBytes: 77 });
    expect(example(one, 403, 'Forbidden')?.detail).toBe('This endpoint needs the scope support.');
    expect(example(one, 413, 'ContentTooLarge')?.detail).toContain('77 bytes');
    expect(example(contractOf({ access: 'user' }), 403, 'Forbidden')?.detail).toBeUndefined();
  });
});

describe('contracts of plain handlers', () => {
  const plain = [
    contract({ name: 'legacy', method: 'ANY', path: '/{proxy+}' }),
    contract({ name: 'fallback', method: 'ANY', path: '$default' }),
    contract({ name: 'old-order', method: 'GET', path: '/old/{orderId}/{rest+}' }),
    contract({ name: 'head-order', method: 'HEAD', path: '/old', access: 'user', summary: 'Look' }),
  ];
  const own: Json = openApiDocument([...plain, ...contracts], { title: 't', version: '1' }, documentation);

  it('are in the document, but for those of every method or path', async () => {
    expect(await new Validator().validate(JSON.parse(JSON.stringify(own)))).toEqual({ valid: true });
    expect(Object.keys(own.paths).filter((one) => !(one in document.paths))).toEqual([
      '/old',
      '/old/{orderId}/{rest}',
    ]);
    const parameter = { in: 'path', required: true, schema: { type: 'string' } };
    expect(own.paths['/old/{orderId}/{rest}'].get).toMatchObject({
      operationId: 'old-order',
      parameters: [
        { ...parameter, name: 'orderId' },
        { ...parameter, name: 'rest' },
      ],
      responses: { default: { description: expect.stringContaining('plain handler') } },
    });
    expect(own.paths['/old/{orderId}/{rest}'].get).not.toHaveProperty('security');
    expect(own.paths['/old'].head).toMatchObject({ summary: 'Look', security: [{ jwt: [] }] });
  });

  it('alone make a document', () => {
    const { paths } = openApiDocument(plain.slice(0, 2), { title: 't', version: '1' }, documentation);
    expect(paths).toEqual({});
  });
});

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(document).toMatchObject({
      info: { title: 'Shop', version: '1.2.3' },
      servers: [{ url: 'https://a.example' }],
    });
  });

  it('has an operation for each contract, what reads first', () => {
    expect(Object.keys(document.paths)).toEqual(['/files/{path}', '/orders', path]);
    expect(Object.keys(document.paths[path])).toEqual(['get', 'patch', 'delete']);
    expect(patch).toMatchObject({ operationId: 'update-order', summary: 'Change', tags: ['orders'] });
  });

  it('has no environment variable', () => {
    expect(JSON.stringify(document)).not.toContain('PAY_KEY');
  });

  it('does not depend on the order of the contracts', () => {
    const again = openApiDocument(contracts.toReversed(), document.info, documentation);
    expect(JSON.parse(JSON.stringify(again)).paths).toEqual(document.paths);
  });

  it('names the schemas that the application exports, and inlines the others', () => {
    expect(patch.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/OrderChanges' } } },
    });
    expect(document.components.schemas.OrderChanges).toMatchObject({
      minProperties: 1,
      additionalProperties: false,
      properties: { note: { $ref: '#/components/schemas/OrderNote' } },
    });
    const { schema } = document.paths['/orders'].get.responses[200].content['application/json'];
    expect(schema.properties.items.items).toEqual({ $ref: '#/components/schemas/Order' });
  });

  it('has parameters of the path, the query, headers and cookies', () => {
    const parameters = document.paths['/orders'].get.parameters.map((one: Json) => [
      one.in,
      one.name,
      one.schema,
    ]);
    expect(parameters).toEqual([
      ['query', 'limit', { type: 'integer', minimum: 1, maximum: 100, default: 20 }],
      ['query', 'cursor', { $ref: '#/components/schemas/Cursor' }],
      ['query', 'tag', { type: 'array', items: { type: 'string' } }],
      ['cookie', 'session', { type: 'string' }],
    ]);
    expect(patch.parameters.map((one: Json) => [one.name, one.required])).toEqual([
      ['orderId', true],
      ['if-match', true],
    ]);
    expect(get.parameters[1]).toMatchObject({ name: 'if-none-match', required: false });
  });

  it('says who may call', () => {
    expect([get.security, patch.security, remove.security]).toEqual([
      undefined,
      [{ jwt: [] }],
      [{ jwt: ['admin'] }],
    ]);
    expect(document.components.securitySchemes.jwt).toEqual({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
    });
    const open = openApiDocument([contracts[1] as (typeof contracts)[1]], document.info, documentation);
    expect(open.components).not.toHaveProperty('securitySchemes');
  });

  it('has every answer: of the endpoint, of the protocol, and of the gateway', () => {
    expect(Object.keys(get.responses)).toEqual('200,304,400,404,429,500,503'.split(','));
    expect(Object.keys(patch.responses)).toEqual(
      '200,400,401,403,404,409,412,413,415,428,429,500,503'.split(','),
    );
    expect(remove.responses[204]).toEqual({ description: 'No Content' });
    expect(get.responses[200].headers).toHaveProperty('etag');
    const tooHeavy = patch.responses[409].content['application/problem+json'];
    expect(tooHeavy.schema).toEqual({ $ref: '#/components/schemas/OrderTooHeavy' });
    expect(tooHeavy.examples.OrderTooHeavy.value).toMatchObject({
      status: 409,
      detail: 'An order weighs 30 kg at most.',
    });
    expect(patch.responses[404].content['application/json'].example).toEqual({ message: 'Not Found' });
  });

  it('has an example of everything, and each is one', () => {
    for (const { body, response, params, name } of contracts as Json[]) {
      const operation: Json = Object.values(document.paths)
        .flatMap((item) => Object.values(item as Json))
        .find((one: Json) => one.operationId === name);
      const parse = (schema: Json, content: Json) =>
        schema && expect(z.safeParse(schema, content['application/json'].example).error).toBeUndefined();
      parse(body, operation.requestBody?.content);
      parse(response, operation.responses[200]?.content);
      const named = (place: string) =>
        Object.fromEntries(
          (operation.parameters ?? [])
            .filter((one: Json) => one.in === place)
            .map((one: Json) => [one.name, one.example]),
        );
      if (params) z.parse(params, named('path'));
    }
  });
});

it.each([
  ['bytes', z.instanceof(Uint8Array), 'application/octet-stream'],
  ['bytes', z.instanceof(Buffer), 'application/octet-stream'],
  ['bytes', z.instanceof(Uint8Array).check(z.refine(({ length }) => length > 0)), undefined],
  ['bytes', z.custom<Uint8Array>((value) => value instanceof Uint8Array), undefined],
  ['bytes', z.readonly(z.instanceof(Uint8Array)), 'application/pdf'],
  ['bytes', z.optional(z.readonly(z.instanceof(Uint8Array))), 'application/pdf'],
  ['bytes', z.pipe(z.unknown(), z.instanceof(Uint8Array)), 'application/pdf'],
  ['json', z.custom<{ readonly name: string }>(), undefined],
  ['json', z.custom<object>((value) => typeof value === 'object'), undefined],
  ['json', z.custom<object>((value) => 'name' in (value as object)), undefined],
  ['json', z.readonly(z.object({ name: z.string() })), undefined],
  ['text', z.custom<`a${string}`>((value) => String(value).startsWith('a')), 'text/plain'],
  ['text', z.string(), 'text/csv'],
] as const)('a body is %s by its schema %#', (form, response, contentType) => {
  const one = contract({
    ...{ name: 'get-file', method: 'GET', path: '/file', summary: 'File', access: 'public' },
    ...{ response, contentType },
  });
  expect(bodyForm(one)).toBe(form);
  const { paths }: Json = openApiDocument([one], { title: 'Shop', version: '1' }, documentation);
  expect(Object.keys(paths['/file'].get.responses[200].content)).toEqual([
    contentType ?? (form === 'bytes' ? 'application/octet-stream' : 'application/json'),
  ]);
});

it('has the media types of responses', async () => {
  const files = [
    contract({
      name: 'export-orders',
      method: 'GET',
      path: '/orders.csv',
      summary: 'Export',
      response: z.string(),
      contentType: 'text/csv',
      access: 'public',
    }),
    contract({
      name: 'get-picture',
      method: 'GET',
      path: '/picture',
      summary: 'Picture',
      response: z.instanceof(Uint8Array),
      contentType: 'image/png',
      access: 'public',
    }),
    contract({
      name: 'watch-orders',
      method: 'GET',
      path: '/events',
      summary: 'Watch',
      stream: 'text/event-stream',
      access: 'public',
    }),
  ];
  const { paths, ...rest }: Json = openApiDocument(files, { title: 'Shop', version: '1' }, documentation);
  const contentOf = (route: string) => paths[route].get.responses[200].content;
  expect(contentOf('/orders.csv')).toEqual({
    'text/csv': { schema: { type: 'string' }, example: expect.any(String) },
  });
  expect(contentOf('/picture')).toEqual({ 'image/png': {} });
  expect(contentOf('/events')).toEqual({
    'text/event-stream': { schema: { type: 'string' }, example: expect.any(String) },
  });
  expect(await new Validator().validate({ ...rest, paths })).toEqual({ valid: true });
});

it('has the media types of requests', async () => {
  const upload = (name: string, body: z.core.$ZodType) =>
    contract({ name, method: 'POST', path: `/${name}`, summary: 'Upload', body, access: 'public' });
  const title = z.string();
  const { paths, ...rest }: Json = openApiDocument(
    [
      upload('form', form(z.strictObject({ title }))),
      upload('files', form(z.strictObject({ title, images: z.array(z.file()) }))),
      upload('image', binary({ types: ['image/png', 'image/webp'] })),
      upload('note', text(z.string())),
    ],
    { title: 'Shop', version: '1' },
    documentation,
  );
  const contentOf = (name: string) => paths[`/${name}`].post.requestBody.content;
  const schema = expect.objectContaining({ properties: { title: { type: 'string' } } });
  expect(contentOf('form')).toEqual({
    'application/x-www-form-urlencoded': { schema, example: { title: 'string' } },
    'multipart/form-data': { schema, example: { title: 'string' } },
  });
  expect(contentOf('files')).toMatchObject({
    'multipart/form-data': {
      schema: { properties: { images: { type: 'array', items: { type: 'string', format: 'binary' } } } },
    },
  });
  expect(Object.keys(contentOf('files'))).toEqual(['multipart/form-data']);
  expect(contentOf('image')).toEqual({ 'image/png': {}, 'image/webp': {} });
  expect(contentOf('note')).toEqual({ 'text/plain': { schema: { type: 'string' }, example: 'string' } });
  expect(await new Validator().validate({ ...rest, paths })).toEqual({ valid: true });
});
