import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSizes } from './churn.measure.ts';
import { moments } from './spike.measure.ts';
import { givenBack } from './usage-section.ts';

describe('what is given back of a spike', () => {
  const round = (late: number) => ({
    before: 10,
    peak: 110,
    soon: 110,
    idle: 110,
    used: 60,
    ended: 30,
    late,
  });

  it('is a share of what it took', () => {
    expect(moments.map((moment) => givenBack({ rounds: [round(10)] }, moment))).toEqual([
      1, 0, 0, 0, 0.5, 0.8, 1,
    ]);
  });

  it('is all where there is less than before, and never less than nothing', () => {
    expect([givenBack({ rounds: [round(0)] }, 'late'), givenBack({ rounds: [round(150)] }, 'late')]).toEqual([
      1, 0,
    ]);
  });
});

it('lets all contestants allocate the same sizes, from 1 to 1000 kB', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), (count) => {
      const sizes = randomSizes()(count);
      expect(randomSizes()(count)).toEqual(sizes);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    }),
  );
  expect(new Set(randomSizes()(200)).size).toBeGreaterThan(50);
});
