import { expect, it } from 'vitest';
import { driftOf, type ObservedState } from './drift.ts';

const live = {
  version: '3',
  codeSha256: 'code',
  configuration: 'abc',
  commit: 'c',
  modified: undefined,
  memorySize: 256,
  timeout: 10,
};
const well = {
  stack: { name: 's', status: 'UPDATE_COMPLETE', tags: {}, outputs: {} },
  alias: {
    version: '3',
    since: '2026-01-01T00:00:00Z',
    history: ['2'],
    isWeighted: false,
    rolledBackFrom: undefined,
  },
  live,
  latest: { ...live, version: '$LATEST' },
  isWanted: true,
  isRouted: true,
} satisfies ObservedState;

it.each<[string, Partial<ObservedState>, string[]]>([
  ['as deploy left it', {}, []],
  ['not deployed', { stack: undefined, latest: undefined }, ['not deployed']],
  ['never live', { alias: undefined, live: undefined }, ['not live: a deployment did not finish']],
  [
    'a failed stack',
    { stack: { ...well.stack, status: 'UPDATE_ROLLBACK_FAILED' } },
    ['its stack is in UPDATE_ROLLBACK_FAILED'],
  ],
  ['moved by hand', { alias: { ...well.alias, since: undefined } }, ['"live" was moved by hand']],
  [
    'weighted by hand',
    { alias: { ...well.alias, isWeighted: true } },
    ['"live" sends a part of the requests to another version'],
  ],
  [
    'published by hand',
    { live: { ...live, configuration: undefined } },
    ['version 3 was not published by deploy'],
  ],
  [
    'changed code',
    { latest: { ...live, codeSha256: 'x' } },
    ['changed after version 3: by hand, or a deployment did not finish'],
  ],
  [
    'rolled back',
    { alias: { ...well.alias, rolledBackFrom: '4' }, latest: { ...live, codeSha256: 'x' } },
    ['rolled back from version 4'],
  ],
  [
    'memory by hand',
    { latest: { ...live, memorySize: 1024 } },
    ['memorySize was set to 1024 by hand; version 3 has 256'],
  ],
  ['no route', { isRouted: false }, ['no route leads to it: deploy the API']],
  [
    'of another topology, in use',
    { isWanted: false },
    ['not in the topology, but the API uses it: deploy the API'],
  ],
  ['of another topology', { isWanted: false, isRouted: false }, ['unused: prune']],
])('%s', (_, observed, drift) => {
  expect(driftOf({ ...well, ...observed })).toEqual(drift);
});
