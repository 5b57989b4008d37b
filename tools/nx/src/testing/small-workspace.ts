import { contractSource, TemporaryWorkspace } from '@nanoservices/model/testing';

/** A workspace of a few files, for specs: three endpoints of two resources, a unit, and a lib with schemas. */
export class SmallWorkspace extends TemporaryWorkspace {
  constructor() {
    super();
    this.linkPackages();
    this.write('package.json', {
      name: 'shop',
      version: '1.0.0',
      private: true,
      workspaces: ['functions/*/*', 'libs/*'],
      devDependencies: {
        '@nanoservices/endpoint': '1.0.0',
        '@types/aws-lambda': '8.10.164',
        '@types/node': '24.19.2',
        vitest: '5.1.1',
      },
    });
    this.write('.biome.json', {
      formatter: { indentStyle: 'space' },
      javascript: { formatter: { quoteStyle: 'single' } },
    });
    this.write('functions/package.json', { name: '@shop/app', unit: {} });
    this.write('functions/orders/package.json', { name: '@shop/orders', unit: {} });
    this.write('functions/topology.json', {
      topologies: { nano: [], micro: ['orders'] },
      isolation: { 'list-orders': 'thread' },
    });
    this.write('libs/validation/package.json', {
      name: '@shop/validation',
      type: 'module',
      exports: { '.': './src/index.ts' },
      schemas: {},
    });
    this.write(
      'libs/validation/src/index.ts',
      `import * as z from 'zod/mini';\nexport const OrderId = z.uuidv7().brand<'OrderId'>();\nexport const notASchema = 1;\n`,
    );
    this.write('libs/data-access/package.json', {
      name: '@shop/data-access',
      type: 'module',
      exports: { './orders': './src/orders.ts' },
      database: { migrations: './migrations' },
    });
    this.write('libs/data-access/migrations/1751328000000_orders.sql', '-- Up Migration\n');
    this.link('libs/validation', '@shop/validation');
    this.link('libs/data-access', '@shop/data-access');
    this.routed('orders/get-order', 'GET /orders/{orderId}');
    this.routed('orders/list-orders', 'GET /orders');
    this.routed('customers/get-customer', 'GET /customers/{customerId}', ['list-orders']);
  }

  /** Writes an endpoint without validation, with a spec. */
  routed(folder: string, route: string, calls: readonly string[] = []): void {
    const name = folder.split('/')[1] as string;
    const dependencies = Object.fromEntries([
      ['@shop/data-access', '*'],
      ...calls.map((callee) => [`@shop/${callee}`, '*']),
    ]);
    this.endpoint(`functions/${folder}`, {
      contract: contractSource(name, route),
      handler: 'export const handler = async () => ({ statusCode: 204 });\n',
      dependencies,
    });
    this.write(`functions/${folder}/src/handler.spec.ts`, '');
  }
}
