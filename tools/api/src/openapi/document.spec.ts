import { contract } from '@nanoservices/endpoint';
import * as domain from '@nanoservices/validation';
import { documentation, problemExamples } from '@nanoservices/validation/documentation';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { openApiDocument } from './document.ts';

const { Game, GameChanges, GameFull, GameId, GameNotFound, NewGame, PageQuery, page } = domain;
const params = z.strictObject({ gameId: GameId });
const path = '/games/{gameId}';
const contracts = [
  contract({
    name: 'update-game',
    method: 'PATCH',
    path,
    summary: 'Change',
    params,
    body: GameChanges,
    ifMatch: true,
    response: Game,
    etag: 'version',
    problems: [GameNotFound, GameFull, domain.Forbidden],
    access: 'user',
  }),
  contract({
    name: 'get-game',
    method: 'GET',
    path,
    summary: 'Read',
    params,
    response: Game,
    etag: 'version',
    access: 'public',
  }),
  contract({ name: 'delete-game', method: 'DELETE', path, summary: 'x', params, access: { scope: 'admin' } }),
  contract({
    name: 'list-games',
    method: 'GET',
    path: '/games',
    summary: 'List',
    query: z.strictObject({ ...PageQuery.shape, tag: z.optional(z.array(z.string())) }),
    cookies: z.object({ session: z.optional(z.string()) }),
    response: page(Game),
    access: 'public',
  }),
  contract({
    name: 'read-file',
    method: 'POST',
    path: '/files/{path+}',
    summary: 'File',
    params: z.object({ path: z.string() }),
    body: z.optional(NewGame),
    access: 'public',
  }),
];

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at from outside
type Json = any;
const document: Json = JSON.parse(
  JSON.stringify(openApiDocument(contracts, { title: 'Games', version: '1.2.3', url: 'https://a.example' })),
);
const { get, patch, delete: remove } = document.paths[path];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(document).toMatchObject({
      info: { title: 'Games', version: '1.2.3' },
      servers: [{ url: 'https://a.example' }],
    });
  });

  it('has an operation for each contract, what reads first', () => {
    expect(Object.keys(document.paths)).toEqual(['/files/{path}', '/games', path]);
    expect(Object.keys(document.paths[path])).toEqual(['get', 'patch', 'delete']);
    expect(patch).toMatchObject({ operationId: 'update-game', summary: 'Change', tags: ['games'] });
  });

  it('does not depend on the order of the contracts', () => {
    const again = openApiDocument(contracts.toReversed(), document.info);
    expect(JSON.parse(JSON.stringify(again)).paths).toEqual(document.paths);
  });

  it('names the schemas that libs/validation exports, and inlines the others', () => {
    expect(patch.requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/GameChanges' } } },
    });
    expect(document.components.schemas.GameChanges).toMatchObject({
      minProperties: 1,
      additionalProperties: false,
      properties: { title: { $ref: '#/components/schemas/GameTitle' } },
    });
    const { schema } = document.paths['/games'].get.responses[200].content['application/json'];
    expect(schema.properties.items.items).toEqual({ $ref: '#/components/schemas/Game' });
  });

  it('has parameters of the path, the query, headers and cookies', () => {
    const parameters = document.paths['/games'].get.parameters.map((one: Json) => [
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
      ['gameId', true],
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
    const open = openApiDocument([contracts[1] as (typeof contracts)[1]], document.info);
    expect(open.components).not.toHaveProperty('securitySchemes');
  });

  it('has every answer: of the endpoint, of the protocol, and of the gateway', () => {
    expect(Object.keys(get.responses)).toEqual('200,304,400,404,429,500,503'.split(','));
    expect(Object.keys(patch.responses)).toEqual(
      '200,400,401,403,404,409,412,413,415,428,429,500,503'.split(','),
    );
    expect(remove.responses[204]).toEqual({ description: 'No Content' });
    expect(get.responses[200].headers).toHaveProperty('etag');
    const full = patch.responses[409].content['application/problem+json'];
    expect(full.schema).toEqual({ $ref: '#/components/schemas/GameFull' });
    expect(full.examples.GameFull.value).toMatchObject({ status: 409, detail: 'All 4 seats are taken.' });
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

describe('the documentation of libs/validation', () => {
  const exported: Json = domain;

  it('is about schemas that are there, with examples that match them', () => {
    for (const [name, { examples = [] }] of Object.entries(documentation)) {
      for (const example of examples) {
        expect(z.safeParse(exported[name], example).error, name).toBeUndefined();
      }
    }
  });

  it('knows what refinements demand', () => {
    for (const [name, { minProperties }] of Object.entries(documentation)) {
      if (minProperties) expect(z.safeParse(exported[name], {}).success, name).toBe(false);
    }
  });

  it('has an example of every problem', () => {
    const classes = Object.values(exported).filter(
      (one) => typeof one === 'function' && one.prototype instanceof domain.Problem,
    );
    expect(new Set(problemExamples.map((problem) => problem.constructor))).toEqual(new Set(classes));
  });
});
