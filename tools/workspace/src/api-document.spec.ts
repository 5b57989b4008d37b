import { contract } from '@nanoservices/endpoint';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { apiDocument } from './api-document.ts';
import { readContracts } from './contract-file.ts';
import { readPacking } from './topology.ts';

const root = process.cwd();

it('is valid for the API of this workspace, and has all its endpoints', async () => {
  const contracts = [...(await readContracts(root, readPacking(root))).values()];
  const document = JSON.parse(JSON.stringify(apiDocument(root, contracts)));
  expect(await new Validator().validate(document)).toEqual({ valid: true });
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  expect(operations.toSorted()).toEqual(contracts.map(({ name }) => name).toSorted());
});

it('says which schema JSON cannot express', () => {
  const odd = contract({
    name: 'odd',
    method: 'GET',
    path: '/odd',
    summary: 'Odd',
    response: z.object({ scores: z.map(z.string(), z.number()) }),
    access: 'public',
  });
  expect(() => apiDocument(root, [odd])).toThrow(/no OpenAPI document.*`map` at .*scores/s);
});
