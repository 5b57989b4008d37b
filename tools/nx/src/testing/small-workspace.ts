import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPackages } from '@nanoservices/model';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** A workspace of a few files, for specs: three endpoints of two resources, a unit, and a lib with schemas. */
export class SmallWorkspace implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'small-workspace-')));

  constructor() {
    linkPackages(repository, this.root);
    this.write('package.json', {
      name: 'shop',
      version: '1.0.0',
      private: true,
      workspaces: ['functions/*/*', 'libs/*'],
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
    this.endpoint('orders/get-order', 'GET /orders/{orderId}');
    this.endpoint('orders/list-orders', 'GET /orders');
    this.endpoint('customers/get-customer', 'GET /customers/{customerId}', ['list-orders']);
  }

  /** Writes a file, by its path in the workspace: a text, or anything else as JSON. */
  write(path: string, content: unknown): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }

  /** Writes an endpoint without validation. */
  endpoint(folder: string, route: string, calls: readonly string[] = []): void {
    const [method, path] = route.split(' ');
    const name = folder.split('/')[1] as string;
    const dependencies = Object.fromEntries([
      ['@shop/data-access', '*'],
      ...calls.map((callee) => [`@shop/${callee}`, '*']),
    ]);
    const contract = { name, method, path, summary: name, access: 'public' };
    this.write(`functions/${folder}/package.json`, { name: `@shop/${name}`, type: 'module', dependencies });
    this.write(
      `functions/${folder}/src/contract.ts`,
      `import { contract } from '@nanoservices/endpoint';\nexport const theContract = contract(${JSON.stringify(contract)} as never);\n`,
    );
    this.write(
      `functions/${folder}/src/handler.ts`,
      'export const handler = async () => ({ statusCode: 204 });\n',
    );
    this.write(`functions/${folder}/src/handler.spec.ts`, '');
  }

  link(folder: string, packageName: string): void {
    const link = join(this.root, 'node_modules', packageName);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(this.root, folder), link);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
