import { afterEach, expect, it, vi } from 'vitest';
import { RecordedStage } from '../testing/recorded-stage.ts';
import { ContractRecords } from './contract-records.ts';
import { stageFormat } from './stage-format.ts';

const key = 'contracts/get-order/t3nB-_Q.json';
const record = {
  endpoints: ['get-order'],
  api: {
    document: {
      paths: {
        '/orders/{orderId}': {
          get: {
            operationId: 'get-order',
            responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } },
          },
        },
      },
      components: { schemas: { Order: true } },
    },
    endpoints: {
      'get-order': {
        ...{ method: 'GET', path: '/orders/{orderId}', calls: [], accepts: { type: 'object' } },
        breaking: { reason: 'Not used', until: '2030-06-30' },
      },
    },
  },
};

let served: RecordedStage | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await served?.[Symbol.asyncDispose]();
});

async function read(text: string) {
  const objects = { [key]: text };
  served = await RecordedStage.serve({ functions: {}, aliases: {}, parameters: {}, objects, stacks: {} });
  for (const [name, value] of Object.entries(served.environment)) vi.stubEnv(name, value);
  return new ContractRecords('eu-central-1', 'bucket').read('get-order', 't3nB+/Q=');
}

it('reads a record, with and without the mark of its format', async () => {
  expect(await read(JSON.stringify(record))).toEqual(record);
  await served?.[Symbol.asyncDispose]();
  expect(await read(JSON.stringify({ ...record, format: `${stageFormat}` }))).toEqual(record);
});

it('refuses the record of a newer version', async () => {
  await expect(read(JSON.stringify({ endpoints: {}, format: `${stageFormat + 1}` }))).rejects.toThrow(
    `The record of contracts s3://bucket/${key} comes from a newer version of @nanoservices/deploy`,
  );
});

it.each([
  ['no JSON', '', /is no record of contracts: .*JSON.* Remove it:/],
  ['no object', 'null', /"endpoints": must be a list of names\. Remove it:/],
  ['without contracts', JSON.stringify({ endpoints: [] }), /"": /],
  [
    'with a mistake in a contract',
    JSON.stringify({ ...record, api: { ...record.api, endpoints: { 'get-order': { method: 'GET' } } } }),
    /"endpoints\.get-order\.path": /,
  ],
])('refuses a text that is %s', async (_, text, message) => {
  const reading = read(text);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toMatchObject({ exitCode: 1 });
});
