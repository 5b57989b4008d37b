import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureOf, listed, median, ratio, slope, words } from './figure.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('a figure', () => {
  it('has half of the values on either side, and all within its spread', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const { value, spread, runs } = figureOf(values);
        expect(values.filter((one) => one < value).length * 2).toBeLessThanOrEqual(values.length);
        expect(values.filter((one) => one > value).length * 2).toBeLessThanOrEqual(values.length);
        expect(spread).toEqual([Math.min(...values), Math.max(...values)]);
        expect(runs).toBe(values.length);
      }),
    );
  });

  it('needs a value', () => {
    expect(() => figureOf([])).toThrow('needs a value');
  });

  it('is the mean of the two in the middle', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });
});

it('finds the slope of a line', () => {
  const lines = fc.record({ a: fc.integer({ min: -99, max: 99 }), b: fc.integer({ min: -99, max: 99 }) });
  const places = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(lines, places, ({ a, b }, xs) => {
      expect(slope(xs.map((x) => ({ x, y: a * x + b })))).toBeCloseTo(a, 6);
    }),
  );
});

it('writes numbers and ratios for sentences', () => {
  expect([1.2345, 12.345, 12345, 0].map(words)).toEqual(['1.23', '12.3', '12,300', '0']);
  expect([ratio(42, 10), ratio(104, 100)]).toEqual(['4.2 times', 'about the same']);
  expect([listed([]), listed(['a', 'b', 'c'])]).toEqual(['none', 'a, b and c']);
});
