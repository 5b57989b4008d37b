import { readWorkspace } from '@nanoservices/model';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { shopWorkspace } from '../testing/shop-workspace.ts';
import { mix, safeRequests } from './requests.ts';

describe('safe requests', () => {
  const copy = shopWorkspace();
  afterAll(() => copy.delete());

  it('are one for each GET endpoint, with the path of the traffic or the examples of the contract', async () => {
    const requests = await safeRequests(await readWorkspace(copy.root), {
      rates: new Map([['list-orders', 2]]),
      paths: new Map([['list-orders', '/orders?limit=3']]),
    });
    const paths = Object.fromEntries(requests.map(({ endpoint, path }) => [endpoint, path]));
    expect(paths).toEqual({
      'get-customer': expect.stringMatching(/^\/customers\/[\w-]{36}$/),
      'get-order': expect.stringMatching(/^\/orders\/[\w-]{36}$/),
      'get-prices': '/prices',
      'list-customer-orders': expect.stringMatching(/^\/customers\/[\w-]{36}\/orders$/),
      'list-customers': '/customers',
      'list-orders': '/orders?limit=3',
    });
    expect(requests.find(({ endpoint }) => endpoint === 'list-orders')?.weight).toBe(2);
  });
});

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
