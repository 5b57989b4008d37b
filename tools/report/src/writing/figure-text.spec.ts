import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureText, isFew, numberText } from './figure-text.ts';

describe('a figure as text', () => {
  it('has value, spread, source, and a mark for few runs', () => {
    const figure = { value: 12.345, source: 'measured', spread: [11.2, 14], runs: 3 } as const;
    expect(figureText(figure, 'ms')).toBe('12.3 ms (11.2 to 14) ●?');
    expect(figureText({ ...figure, runs: 5 }, 'ms')).toBe('12.3 ms (11.2 to 14) ●');
    expect(figureText({ value: 1640, source: 'counted' })).toBe('1,640 #');
    expect(figureText({ value: 12, source: 'modelled' }, '%')).toBe('12% ≈');
  });

  it('counts as one run if a measured figure has no number of runs', () => {
    expect(isFew({ value: 1, source: 'measured' })).toBe(true);
    expect(isFew({ value: 1, source: 'counted' })).toBe(false);
    expect(isFew({ value: 1, source: 'modelled', runs: 2 })).toBe(true);
  });

  it('is within half a percent of the number, and exact where it was counted', () => {
    const read = (text: string) => Number(text.replaceAll(',', ''));
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e12, noNaN: true }), (value) => {
        expect(Math.abs(read(numberText(value)) - value)).toBeLessThanOrEqual(value * 0.0051);
      }),
    );
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(read(numberText(value, 'counted'))).toBe(value);
      }),
    );
  });
});
