import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix } from './requests.ts';

describe('the mix of requests', () => {
  it('has every request, in the shares of the traffic', () => {
    const weights = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(weights, (all) => {
        const requests = all.map((weight, index) => ({ endpoint: `e${index}`, path: `/${index}`, weight }));
        const total = all.reduce((sum, weight) => sum + weight, 0);
        const mixed = mix(requests);
        for (const request of requests) {
          const count = mixed.filter((one) => one === request).length;
          expect(count).toBeGreaterThanOrEqual(1);
          const wanted = total === 0 ? 100 / all.length : (request.weight / total) * 100;
          expect(Math.abs(count - wanted)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('spreads them evenly', () => {
    const [a, b] = [
      { endpoint: 'a', path: '/a', weight: 3 },
      { endpoint: 'b', path: '/b', weight: 1 },
    ];
    const names = mix([a, b])
      .map(({ endpoint }) => endpoint)
      .join('');
    expect(names).not.toContain('bb');
    expect(names).not.toContain('aaaaa');
  });
});
