import type { ApiSnapshot, EndpointSnapshot } from '@nanoservices/api/compatible';
import { addressVariable } from '@nanoservices/endpoint';
import { describe, expect, it } from 'vitest';
import type { RecordedVersion } from '../operate/broken-callers.ts';
import { breaksOf } from '../operate/live-breaks.ts';
import { brokenContracts } from './broken-contracts.ts';

// get-customer calls list-orders, which is in the unit "orders" together with get-order.
type Endpoints = Readonly<Record<string, Partial<EndpointSnapshot>>>;
const start = {
  'list-orders': { path: '/orders' },
  'get-order': { path: '/orders/{orderId}' },
  'get-customer': { path: '/customers/{customerId}', calls: ['list-orders'] },
} satisfies Endpoints;

const api = (endpoints: Endpoints): ApiSnapshot => ({
  document: {},
  endpoints: Object.fromEntries(
    Object.entries(endpoints).map(([name, one]) => [name, { method: 'GET', path: '/', calls: [], ...one }]),
  ),
});
const record = (endpoints: readonly string[], known: Endpoints = start) => ({ endpoints, api: api(known) });
const caller = (callee: string, name = 'get-customer'): RecordedVersion => ({
  ...{ function: name, version: '3', record: record(['get-customer']) },
  callees: { [addressVariable('list-orders')]: callee },
});
const orders = (...endpoints: string[]) => ({
  ...{ function: 'orders', endpoints, record: record(['list-orders', 'get-order']) },
});
const { 'list-orders': _, ...without } = start;
const breaking = { reason: 'Not used', until: '2030-06-30' } as const;

describe('the callers of an endpoint break', () => {
  const broken = (changes: string[], name = 'get-customer') => [
    { endpoint: 'list-orders', permission: undefined, callers: [{ function: name, version: '3', changes }] },
  ];

  it('by another contract', () => {
    const after = api({ ...start, 'list-orders': { path: '/all-orders' } });
    expect(brokenContracts([orders('list-orders', 'get-order')], [caller('orders')], after)).toEqual(
      broken(['it is at GET /all-orders now, not at GET /orders']),
    );
  });

  it('when it is removed from a function that has others', () => {
    expect(brokenContracts([orders('get-order')], [caller('orders')], api(without))).toEqual(
      broken(['it is gone']),
    );
  });

  it('when it moves to another function, and only those that call it in the former one', () => {
    const live = [caller('orders'), caller('list-orders', 'desk')];
    const moved = { function: 'list-orders', endpoints: ['list-orders'], record: record(['list-orders']) };
    expect(brokenContracts([orders('get-order'), moved], live, api(start))).toEqual(
      broken(['it is no longer in the function orders']),
    );
    expect(brokenContracts([orders('get-order')], [caller('list-orders')], api(without))).toEqual([]);
  });

  it('but not when nothing changes for them, or they have it within their own function', () => {
    expect(brokenContracts([orders('list-orders', 'get-order')], [caller('orders')], api(start))).toEqual([]);
    const shop = { function: 'shop', version: '1', callees: {}, record: record(Object.keys(start)) };
    const replaced = { function: 'shop', endpoints: Object.keys(without), record: shop.record };
    expect(brokenContracts([replaced], [shop], api(start))).toEqual([]);
  });
});

describe('a removed endpoint is permitted to break by its deployed contract', () => {
  const last = { ...start, 'list-orders': { path: '/orders', breaking } };

  it('when its function is deployed', () => {
    const replaced = { ...orders('get-order'), record: record(['list-orders', 'get-order'], last) };
    const [found] = brokenContracts([replaced], [caller('orders')], api(without));
    expect(found?.permission).toEqual(breaking);
  });

  it('when a stage is compared', () => {
    const live = {
      ...{ function: 'orders', version: '2', callees: {} },
      record: record(['list-orders', 'get-order'], last),
    };
    expect(breaksOf([live], api(without))).toEqual([
      expect.objectContaining({ endpoint: 'list-orders', changes: ['it is gone'], permission: breaking }),
    ]);
    // The contract of one that is still there decides alone.
    const [changed] = breaksOf([live], api({ ...start, 'list-orders': { path: '/all-orders' } }));
    expect(changed).toMatchObject({ changes: [expect.stringContaining('/all-orders')] });
    expect(changed).not.toHaveProperty('permission');
  });
});
