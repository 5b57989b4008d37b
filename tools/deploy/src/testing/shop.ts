import { type PackedFunction, type Route, type Stage, StagesFile, stageIn } from '@nanoservices/model';

const order = '/orders/{orderId}';

/** The routes of a shop, with one function per endpoint. */
export const routes: readonly Route[] = [
  route({ endpoint: 'get-order', method: 'GET', path: order, access: 'public' }),
  route({ endpoint: 'update-order', method: 'PATCH', path: order, access: 'user' }),
  route({ endpoint: 'delete-order', method: 'DELETE', path: order, access: { scope: 'admin' } }),
];

function route(facts: Omit<Route, 'function' | 'summary'>): Route {
  return { ...facts, function: facts.endpoint, summary: `The summary of ${facts.endpoint}` };
}

/** A stage of the shop, called `dev`. @param settings - keys of the stage, next to its region */
export function shopStage(settings: object = {}): Stage {
  const content = StagesFile.parse({
    application: 'shop',
    stages: { dev: { region: 'eu-central-1', ...settings } },
  });
  return { ...stageIn(content, 'dev'), file: 'functions/stages.json' } as Stage;
}

/** The function of get-customer, which calls an endpoint of the unit `orders`. @param changes - other values */
export function packedFunction(changes: Partial<PackedFunction> = {}): PackedFunction {
  const name = 'get-customer';
  const root = `functions/customers/${name}`;
  const summary = 'Read a customer: "with" their orders';
  return {
    kind: 'endpoint',
    name,
    root,
    endpoints: [
      {
        ...{ name, root, handler: `${root}/src/handler.ts`, resource: 'customers' },
        ...{ packageName: `@shop/${name}`, dependencies: [], lambda: {} },
      },
    ],
    routes: [
      {
        endpoint: name,
        function: name,
        method: 'GET',
        path: '/customers/{customerId}',
        summary,
        access: 'user',
      },
    ],
    summary,
    calls: [{ endpoint: 'list-customer-orders', function: 'orders' }],
    grants: { 'customers.customers': ['select'] },
    usesDatabase: true,
    permissions: [],
    environment: {},
    variables: [],
    settings: { memorySize: 256, timeout: 10 },
    code: { architecture: 'arm64', awsSdk: 'bundled', external: [], include: [] },
    isolation: 'process',
    bundle: `${root}/dist/handler.mjs`,
    ...changes,
  };
}
