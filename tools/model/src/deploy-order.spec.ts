import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deployOrder, orderGroups } from './deploy-order.ts';
import type { Layout } from './layout.ts';

const names = (groups: { name: string }[][]) => groups.map((group) => group.map(({ name }) => name));

describe('the order of groups', () => {
  it('has dependencies before what depends on them', () => {
    const all = [
      { name: 'a', dependencies: ['b', 'elsewhere'] },
      { name: 'b', dependencies: ['c'] },
      { name: 'c', dependencies: [] },
      { name: 'd', dependencies: ['c'] },
    ];
    expect(names(orderGroups(all))).toEqual([['c'], ['b', 'd'], ['a']]);
  });

  it('has a circle as one group', () => {
    const all = [
      { name: 'a', dependencies: ['b'] },
      { name: 'b', dependencies: ['a'] },
      { name: 'c', dependencies: [] },
    ];
    expect(names(orderGroups(all))).toEqual([['c'], ['a', 'b']]);
  });

  it('has everything once, whatever depends on what', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const dependents = fc.uniqueArray(fc.record({ name, dependencies: fc.array(name) }), {
      selector: (one) => one.name,
    });
    fc.assert(
      fc.property(dependents, (all) => {
        expect(orderGroups(all).flat().length).toBe(all.length);
        expect(new Set(orderGroups(all).flat())).toEqual(new Set(all));
      }),
    );
  });
});

describe('the order of deployment', () => {
  beforeEach(() => vi.stubEnv('NANO_TOPOLOGY', undefined));
  afterEach(() => vi.unstubAllEnvs());

  const endpoint = (resource: string, name: string, dependencies: readonly string[] = []) => ({
    name,
    root: `functions/${resource}/${name}`,
    handler: `functions/${resource}/${name}/src/handler.ts`,
    resource,
    packageName: `@shop/${name}`,
    dependencies,
    lambda: {},
  });
  const getCustomer = endpoint('customers', 'get-customer', ['zod', '@shop/list-customer-orders']);
  const getOrder = endpoint('orders', 'get-order', ['@shop/get-customer']);
  const listCustomerOrders = endpoint('orders', 'list-customer-orders', ['@nanoservices/endpoint']);
  const shop = (...units: string[]): Layout => ({
    root: '/shop',
    folders: { functions: 'functions', libs: 'libs', tools: 'tools' },
    endpoints: [getCustomer, getOrder, listCustomerOrders],
    units: [
      {
        name: 'orders',
        root: 'functions/orders',
        packageName: '@shop/orders',
        endpoints: [getOrder, listCustomerOrders],
        lambda: {},
      },
    ],
    topologies: { active: 'nano', topologies: { nano: units } },
  });

  it('has callees before their callers, told from the packages that an endpoint depends on', () => {
    expect([...deployOrder(shop())]).toEqual([
      ['list-customer-orders', []],
      ['get-customer', ['list-customer-orders']],
      ['get-order', ['get-customer']],
    ]);
  });

  it('has units instead of their endpoints, and no order in a circle', () => {
    // The unit calls get-customer, which calls the unit.
    expect([...deployOrder(shop('orders'))]).toEqual([
      ['orders', []],
      ['get-customer', []],
    ]);
  });
});
