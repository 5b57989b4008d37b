import type { PackedApplication, PackedFunction, Route } from '@nanoservices/model';
import { expect, it } from 'vitest';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { apiService } from './api-service.ts';
import { functionService } from './function-service.ts';
import { routedFunctionCounts, servedApplication } from './served-application.ts';
import { configurationOf } from './service.ts';

const open = shopStage();
const closed = shopStage({ jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] } });

const accesses: Record<string, Route['access']> = {
  'list-orders': 'public',
  'get-order': 'public',
  'update-order': 'user',
  'delete-order': { scope: 'admin' },
  'get-customer': 'user',
  legacy: undefined,
};

/** An application of functions with some endpoints each. @param calls - functions that a function calls */
function application(
  functions: Readonly<Record<string, readonly string[]>>,
  calls: Readonly<Record<string, readonly string[]>> = {},
): PackedApplication {
  const packed = Object.entries(functions).map(([name, endpoints]): PackedFunction => {
    const routes = endpoints.map((endpoint): Route => {
      const access = accesses[endpoint];
      const route = {
        endpoint,
        function: name,
        method: 'GET',
        path: `/${endpoint}`,
        summary: endpoint,
      } as const;
      return { ...route, ...(access && { access }) };
    });
    const callees = (calls[name] ?? []).map((callee) => ({ endpoint: callee, function: callee }));
    return packedFunction({ name, routes, calls: callees });
  });
  return {
    topology: 'nano',
    functions: packed,
    routes: packed.flatMap(({ routes }) => routes),
    functionOf: (endpoint) =>
      packed.find(({ routes }) => routes.some((one) => one.endpoint === endpoint)) as never,
  };
}

const nano = application(Object.fromEntries(Object.keys(accesses).map((name) => [name, [name]])));
const names = (functions: readonly { readonly name: string }[]) => functions.map(({ name }) => name);
const endpoints = (routes: readonly Route[]) => routes.map(({ endpoint }) => endpoint);

it('is the whole application on a stage with an issuer, and where nothing wants a token', () => {
  expect(servedApplication(closed, nano)).toEqual({ application: nano, leftOut: [] });
  const shown = application({ 'get-order': ['get-order'], legacy: ['legacy'] });
  expect(servedApplication(open, shown)).toEqual({ application: shown, leftOut: [] });
});

it('is without the routes that want a token, and their functions', () => {
  const { application: served, leftOut } = servedApplication(open, nano);
  expect(names(served.functions)).toEqual(['list-orders', 'get-order', 'legacy']);
  expect(endpoints(served.routes)).toEqual(['list-orders', 'get-order', 'legacy']);
  expect(endpoints(leftOut)).toEqual(['update-order', 'delete-order', 'get-customer']);
});

it('has a function whole that holds a public endpoint', () => {
  const mixed = application({ orders: ['get-order', 'update-order'], customers: ['get-customer'] });
  const { application: served, leftOut } = servedApplication(open, mixed);
  expect(served.functions).toEqual([mixed.functions[0]]);
  expect(endpoints(served.routes)).toEqual(['get-order']);
  expect(endpoints(leftOut)).toEqual(['update-order', 'get-customer']);
});

it('has the functions that are called, at any depth and in circles', () => {
  const calling = application(
    {
      'list-orders': ['list-orders'],
      'update-order': ['update-order'],
      'get-customer': ['get-customer'],
      'delete-order': ['delete-order'],
    },
    { 'list-orders': ['get-customer'], 'get-customer': ['update-order'], 'update-order': ['get-customer'] },
  );
  const { application: served } = servedApplication(open, calling);
  expect(names(served.functions)).toEqual(['list-orders', 'update-order', 'get-customer']);
  expect(endpoints(served.routes)).toEqual(['list-orders']);
});

it('has an API without an authorizer, and functions configured as on a stage with one', () => {
  const { application: served } = servedApplication(open, nano);
  const text = JSON.stringify(apiService(open, { basePath: '', routes: served.routes }));
  expect(text).not.toMatch(/security|jwt/);
  const [packed] = served.functions as [PackedFunction];
  expect(functionService(open, packed).configuration).toBe(functionService(closed, packed).configuration);
  expect(configurationOf(apiService(open, { basePath: '', routes: served.routes }))).not.toBe(
    configurationOf(apiService(closed, { basePath: '', routes: nano.routes })),
  );
});

it('needs integrations for the functions to which its routes lead, and for no others', () => {
  const shop = application({ orders: Object.keys(accesses), idle: [] });
  const workspace = {
    topologies: { topologies: { nano: {}, shop: {} } },
    pack: (name: string | undefined) => (name === 'nano' ? nano : shop),
  } as unknown as Parameters<typeof routedFunctionCounts>[1];
  expect(routedFunctionCounts(closed, workspace)).toEqual({ nano: 6, shop: 1 });
  // Without an issuer of tokens, a stage serves the public routes and the plain handler.
  expect(routedFunctionCounts(open, workspace)).toEqual({ nano: 3, shop: 1 });
});
