import { describe, expect, it } from 'vitest';
import type { LiveAlias } from '../live/live-functions.ts';
import { isWorse, rollOut } from './roll-out.ts';

const counts = (requests: number, failures: number) => ({ requests, failures });

describe('a new version', () => {
  it.each([
    ['fails as often as it may', counts(100, 1), counts(900, 0), false],
    ['fails more often', counts(100, 2), counts(900, 0), true],
    ['fails as often as the one before', counts(100, 50), counts(900, 450), false],
    ['fails more often than the one before, which fails, too', counts(100, 60), counts(900, 450), true],
    ['was never asked', counts(0, 0), counts(900, 0), false],
    // The metrics of failures and of invocations do not come at the same moment.
    ['fails before its invocations are counted', counts(0, 1), counts(0, 0), true],
  ])('that %s: taken back is %4$s', (_, next, previous, expected) => {
    expect(isWorse(next, previous, { maxErrorRate: 0.01 })).toBe(expected);
  });
});

/** A function with version 1 live, of which version 2 fails from a share on. */
function functionThatFails(from: number) {
  const moves: string[] = [];
  let share = 0;
  const alias = (version: string): LiveAlias => ({
    ...{ version, since: undefined, history: [], isWeighted: share > 0, rolledBackFrom: undefined },
  });
  return {
    moves,
    alias: alias('1'),
    place: {
      functions: {
        shareLive: async (_: string, before: LiveAlias, version: string, now: number) => {
          share = now;
          moves.push(`${now * 100} % to version ${version}`);
          return before;
        },
        unshareLive: async (_: string, before: LiveAlias, isRolledBack: boolean) => {
          moves.push(`all to version ${before.version}${isRolledBack ? ', rolled back' : ''}`);
        },
      },
      metrics: {
        read: async (_: string, version: string) => counts(100, version === '2' && share >= from ? 10 : 0),
      },
      rollout: { percent: [10, 50], minutes: 0.001, maxErrorRate: 0.05 },
      assertHeld: () => {},
      report: () => {},
    },
  };
}

describe('a rollout', () => {
  it('goes through all steps', async () => {
    const { place, alias, moves } = functionThatFails(1);
    await rollOut(place, 'shop-dev-get-order', alias, '2');
    expect(moves).toEqual(['10 % to version 2', '50 % to version 2']);
  });

  it('takes the version back at the step at which it fails', async () => {
    const { place, alias, moves } = functionThatFails(0.5);
    await expect(rollOut(place, 'shop-dev-get-order', alias, '2')).rejects.toThrow(
      'shop-dev-get-order: version 2 failed 10 of 100 requests; version 1 gets all of them again.',
    );
    expect(moves).toEqual(['10 % to version 2', '50 % to version 2', 'all to version 1, rolled back']);
  });

  it('changes nothing more when the right to do so was lost', async () => {
    const { place, alias, moves } = functionThatFails(0);
    const lost = () => {
      if (moves.length > 0) throw new Error('taken');
    };
    await expect(rollOut({ ...place, assertHeld: lost }, 'shop-dev-get-order', alias, '2')).rejects.toThrow(
      'taken',
    );
    expect(moves).toEqual(['10 % to version 2']);
  });
});
