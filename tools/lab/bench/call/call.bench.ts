import { strict as assert } from 'node:assert';
import { StartedWorkspace, WorkspaceCopy } from '@nanoservices/runtime/testing';
import { compared, publish } from '../findings.ts';

/**
 * `nx run bench:call`: what a `call()` from one endpoint to another costs, when both are packed into one function and
 * when the callee is a function of its own (through the local Lambda's API, in a process of its own). The callee answers
 * a page like that of list-user-games, without a database.
 */
const rounds = 20;
const callsPerRound = 100;
const workspace = new WorkspaceCopy().withoutEndpoints();

function endpoint(name: string, contract: string, handler: string): void {
  const manifest = { name: `@nanoservices/${name}`, type: 'module' };
  workspace.write(`functions/test/${name}/package.json`, JSON.stringify(manifest));
  workspace.write(
    `functions/test/${name}/src/contract.ts`,
    `import { contract } from '@nanoservices/endpoint';
     import * as z from 'zod/mini';
     ${contract}`,
  );
  workspace.write(
    `functions/test/${name}/src/handler.ts`,
    `import { endpoint } from '@nanoservices/endpoint';
     import { theContract } from './contract.ts';
     ${handler}`,
  );
}

endpoint(
  'callee',
  `const Item = z.strictObject({ id: z.string(), title: z.string(), status: z.enum(['open', 'playing']), joinedAt: z.string() });
   export const theContract = contract({
     name: 'callee', method: 'GET', path: '/callee/{id}', summary: 'Callee', access: 'public',
     params: z.strictObject({ id: z.string() }),
     response: z.strictObject({ items: z.array(Item), nextCursor: z.nullable(z.string()) }),
   });`,
  `const items = Array.from({ length: 10 }, (_, n) => ({ id: String(n), title: 'Chess', status: 'open' as const, joinedAt: '2026-01-01T00:00:00.000Z' }));
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
workspace.write('functions/test/package.json', '{"name":"@nanoservices/test","unit":{}}');
workspace.write('functions/topology.json', '{"topologies":{"nano":[],"fused":["test"]}}');

const contestants = await Promise.all(
  [
    { name: 'in one function', topology: 'fused' },
    { name: 'in two functions', topology: 'nano' },
  ].map(async ({ name, topology }) => ({
    name,
    values: [] as number[],
    started: await new StartedWorkspace(workspace.root, ['--topology', topology, '--no-watch']).ready(),
  })),
);
interface Answer {
  readonly microseconds: number;
  readonly first: unknown;
}
const answers = await Promise.all(
  contestants.map(async ({ started }) => (await started.get('/caller')).body as Answer),
);
assert.deepEqual(answers[0]?.first, answers[1]?.first);

for (let round = -3; round < rounds; round++) {
  for (const { started, values } of contestants) {
    const { microseconds } = (await started.get('/caller')).body as Answer;
    // The first ones warm up.
    if (round >= 0) values.push(microseconds);
  }
}
await Promise.all(contestants.map(({ started }) => started.interrupt()));
workspace.delete();
publish({
  name: 'call',
  title: 'A call() from one endpoint to another',
  rows: compared(contestants, 'µs per call', 'in one function'),
});
