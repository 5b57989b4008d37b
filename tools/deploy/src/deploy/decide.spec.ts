import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Deployed, decide } from './decide.ts';

const wanted = { codeSha256: 'new code', configuration: 'new' };
const old = { codeSha256: 'old code', configuration: 'old' };

it.each([
  ['nothing is there', { live: undefined, latest: undefined }, 'full', 'new'],
  ['all is as wanted', { live: wanted, latest: wanted }, 'skip', 'unchanged'],
  [
    'the code differs',
    { live: { ...wanted, codeSha256: 'old code' }, latest: { ...wanted, codeSha256: 'old code' } },
    'code',
    'code changed',
  ],
  [
    'the configuration differs',
    { live: { ...wanted, configuration: 'old' }, latest: { ...wanted, configuration: 'old' } },
    'full',
    'configuration changed',
  ],
  ['both differ', { live: old, latest: old }, 'full', 'code and configuration changed'],
  [
    'the stack is done, and nothing published',
    { live: undefined, latest: wanted },
    'full',
    'an earlier deployment did not finish',
  ],
  [
    'the stack is done, and the old version live',
    { live: old, latest: wanted },
    'full',
    'code and configuration changed',
  ],
  [
    'the function was not made by deploy',
    { live: undefined, latest: { codeSha256: 'x', configuration: undefined } },
    'full',
    'an earlier deployment did not finish',
  ],
  // The live version is the wanted one. The next version to publish does not matter.
  ['the function was changed after the live version', { live: wanted, latest: old }, 'skip', 'unchanged'],
  [
    'another configuration was left behind, and the code differs',
    { live: { ...wanted, codeSha256: 'old code' }, latest: old },
    'full',
    'code changed',
  ],
] as const)('when %s', (_, deployed, action, reason) => {
  expect(decide(wanted, deployed)).toEqual({ action, reason });
});

it('leaves a version where it is that was rolled back, until something changes or it is forced', () => {
  const deployed = {
    live: old,
    latest: wanted,
    rolledBack: [
      { ...old, version: '9' },
      { ...wanted, version: '8' },
    ],
  };
  const reason = 'version 8 was rolled back; --force deploys it again';
  expect(decide(wanted, deployed)).toEqual({ action: 'skip', reason });
  expect(decide({ ...wanted, codeSha256: 'a fix' }, deployed).action).toBe('full');
  expect(decide(wanted, deployed, true)).toEqual({ action: 'full', reason: 'forced' });
});

it('is a full deployment when forced, whatever is there', () => {
  expect(decide(wanted, { live: wanted, latest: wanted }, true)).toEqual({
    action: 'full',
    reason: 'forced',
  });
});

/** The state after this number of steps of an action, which stops there or has done all of them. */
function after({ live, latest }: Deployed, steps: number): Deployed {
  const { action } = decide(wanted, { live, latest });
  if (action === 'skip') return { live, latest };
  const doing = [
    // The stack brings both the configuration and the code; only the code: the configuration is as wanted.
    (now: Deployed) => ({
      ...now,
      latest:
        action === 'full' ? wanted : { ...(now.latest as typeof wanted), codeSha256: wanted.codeSha256 },
    }),
    (now: Deployed) => ({ ...now, live: now.latest }),
  ];
  return doing.slice(0, steps).reduce((now, step) => step(now), { live, latest });
}

const revision = fc.option(
  fc.record({
    codeSha256: fc.constantFrom('new code', 'old code', 'other code'),
    configuration: fc.constantFrom('new', 'old', undefined),
  }),
  { nil: undefined },
);

it('always ends with what is wanted, also when it was interrupted, and then does nothing more', () => {
  fc.assert(
    fc.property(
      revision,
      revision,
      fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 5 }),
      (live, latest, interruptions) => {
        // A version is published from a function, so there is none without.
        let deployed: Deployed = { live: latest && live, latest };
        for (const steps of interruptions) deployed = after(deployed, steps);
        deployed = after(deployed, 2);
        expect(deployed.live).toEqual(wanted);
        expect(decide(wanted, deployed).action).toBe('skip');
      },
    ),
    { numRuns: 10_000 },
  );
});
