import { strict as assert } from 'node:assert';
import { startApi } from '@nanoservices/runtime';
import { turns } from '../../testbed/turns.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { compared, publish } from '../findings.ts';

/**
 * `nx run lab:bench-call`: the cost of a `call()` from one endpoint to another, when both are packed into one function and
 * when the callee is a separate function (through the local Lambda's API, in another process). The callee responds with
 * a page of orders, without a database.
 */
const rounds = 20;
const warmUp = 3;
const callsPerRound = 100;
const workspace = new WorkspaceFixture().withoutEndpoints();

function endpoint(name: string, contract: string, handler: string): void {
  workspace.endpointFiles(name, {
    contract: `import { contract } from '@nanoservices/endpoint';
     import * as z from 'zod/mini';
     ${contract}`,
    handler: `import { endpoint } from '@nanoservices/endpoint';
     import { theContract } from './contract.ts';
     ${handler}`,
  });
}

endpoint(
  'callee',
  `const Item = z.strictObject({ id: z.string(), title: z.string(), status: z.enum(['open', 'paid']), orderedAt: z.string() });
   export const theContract = contract({
     name: 'callee', method: 'GET', path: '/callee/{id}', summary: 'Callee', access: 'public',
     params: z.strictObject({ id: z.string() }),
     response: z.strictObject({ items: z.array(Item), nextCursor: z.nullable(z.string()) }),
   });`,
  `const items = Array.from({ length: 10 }, (_, n) => ({ id: String(n), title: 'Bread', status: 'open' as const, orderedAt: '2026-01-01T00:00:00.000Z' }));
   export const handler = endpoint(theContract, async ({ params }) => ({ items: items.map((item) => ({ ...item, id: params.id })), nextCursor: null }));`,
);
endpoint(
  'caller',
  `import { theContract as callee } from '../../callee/src/contract.ts';
   export const theContract = contract({
     name: 'caller', method: 'GET', path: '/caller', summary: 'Caller', access: 'public', calls: [callee],
     response: z.strictObject({ microseconds: z.number(), first: z.unknown() }),
   });`,
  `import { theContract as callee } from '../../callee/src/contract.ts';
   export const handler = endpoint(theContract, async ({ call }) => {
     const startedAt = performance.now();
     let first: unknown;
     for (let n = 0; n < ${callsPerRound}; n++) first = await call(callee, { params: { id: 'x' } });
     return { microseconds: ((performance.now() - startedAt) * 1000) / ${callsPerRound}, first };
   });`,
);
workspace.write('functions/test/package.json', '{"name":"@shop/test","unit":{}}');
workspace.write('functions/topology.json', '{"topologies":{"nano":[],"fused":["test"]}}');

const contestants = await Promise.all(
  [
    { name: 'in one function', topology: 'fused' },
    { name: 'in two functions', topology: 'nano' },
  ].map(async ({ name, topology }) => ({
    name,
    values: [] as number[],
    api: await startApi({ root: workspace.root, topology }),
  })),
);

interface Timing {
  readonly microseconds: number;
  readonly first: unknown;
}
async function time({ api }: (typeof contestants)[number]): Promise<Timing> {
  return (await fetch(`${api.url}/caller`)).json() as Promise<Timing>;
}
const [one, other] = await Promise.all(contestants.map(time));
assert.deepEqual(one?.first, other?.first);

for (const { contestant, round } of turns(contestants, rounds + warmUp)) {
  const { microseconds } = await time(contestant);
  if (round >= warmUp) contestant.values.push(microseconds);
}
await Promise.all(contestants.map(({ api }) => api.stop()));
await workspace.delete();
publish({
  name: 'call',
  title: 'A call() from one endpoint to another',
  rows: compared(contestants, 'µs per call', 'in one function'),
});
