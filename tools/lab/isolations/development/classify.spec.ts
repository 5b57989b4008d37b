import { expect, it } from 'vitest';
import { classify } from './classify.ts';

it.each([
  [{ seen: true, seenByOthers: false }, 'own'],
  [{ seen: true, seenByOthers: true }, 'shared'],
  [{ seen: false, seenByOthers: true }, 'shared'],
  [{ seen: false, seenByOthers: false }, 'no effect'],
  [{}, 'works'],
  [{ threw: 'no' }, 'throws: no'],
  // An environment that ends has its invocation fail as well.
  [{ threw: 'Runtime exited', ended: true }, 'ends the environment'],
])('%o is %s', (observation, outcome) => {
  expect(classify(observation)).toBe(outcome);
});
