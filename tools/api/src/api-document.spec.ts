import { contract, page } from '@nanoservices/endpoint';
import { ApiFile, type Manifest } from '@nanoservices/model';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { apiDocument } from './api-document.ts';
import { documentation, schemas } from './testing/shop.ts';

const manifest: Manifest = { name: 'shop', version: '1.2.3', dependencies: {}, lambda: {} };
const { Order, OrderId, NewOrder, OrderNotFound } = schemas;

const contracts = [
  contract({
    name: 'list-orders',
    method: 'GET',
    path: '/orders',
    summary: 'List orders',
    response: page(Order),
    access: 'public',
  }),
  contract({
    name: 'create-order',
    method: 'POST',
    path: '/orders',
    summary: 'Create an order',
    body: NewOrder,
    response: Order,
    status: 201,
    access: 'user',
  }),
  contract({
    name: 'get-order',
    method: 'GET',
    path: '/orders/{orderId}',
    summary: 'Read an order',
    params: z.strictObject({ orderId: OrderId }),
    response: Order,
    problems: [OrderNotFound],
    access: { scope: 'support' },
  }),
];

const workspace = (all: readonly (typeof contracts)[number][], info = {}) => ({
  manifest,
  api: ApiFile.parse({ info }),
  contracts: new Map(all.map((one) => [one.name, one])),
  documentation: async () => documentation,
});

it('is valid, named after the workspace, and has all its endpoints', async () => {
  const document = JSON.parse(JSON.stringify(await apiDocument(workspace(contracts))));
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  expect(document.info).toEqual({ title: 'shop', version: '1.2.3' });
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  expect(operations.toSorted()).toEqual(contracts.map(({ name }) => name).toSorted());
});

it('is named after functions/api.json, and its version is never 0.0.0', async () => {
  const info = { title: 'The shop', version: '2', description: 'Orders.' };
  expect((await apiDocument(workspace(contracts, info))).info).toEqual(info);
  const unpublished = { ...workspace(contracts), manifest: { ...manifest, version: '0.0.0' } };
  expect((await apiDocument(unpublished)).info).toEqual({ title: 'shop', version: 'unversioned' });
});

it('says which schema JSON cannot express', async () => {
  const odd = contract({
    name: 'odd',
    method: 'GET',
    path: '/odd',
    summary: 'Odd',
    response: z.object({ scores: z.map(z.string(), z.number()) }),
    access: 'public',
  });
  const documenting = apiDocument({ ...workspace([]), contracts: new Map([['odd', odd]]) });
  await expect(documenting).rejects.toThrow(/no OpenAPI document.*`map` at .*scores/s);
});
