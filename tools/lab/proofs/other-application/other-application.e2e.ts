/** A team deletes the sample application and writes its own: the framework is not touched. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx } from '../../testbed/nx.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { StartedProcess } from '../../testbed/started-process.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { endpoints, libs } from './orders.ts';

const application = /^(?:functions|libs\/(?:validation|data-access))\//;
let fixture: WorkspaceFixture;

const nx = (...args: string[]) => runNx(fixture.root, ...args, '--output-style=static');
const program = (file: string, ...args: string[]) =>
  execFileSync(process.execPath, [join(repositoryRoot, file), ...args], {
    cwd: fixture.root,
    encoding: 'utf8',
  });
const nanos = (...args: string[]) => program('tools/nx/bin/nanos.mjs', ...args);
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

beforeAll(() => {
  fixture = new WorkspaceFixture({ application: 'arcade', withNx: true, withSpecs: true });
  for (const path of globSync(['functions/*/', 'functions/*.md', 'libs/{validation,data-access}/*'], {
    cwd: fixture.root,
  })) {
    fixture.remove(path);
  }
  fixture.remove('node_modules/@arcade');
  fixture.write(
    'functions/package.json',
    json({ name: '@store/app', private: true, type: 'module', unit: {} }),
  );
  fixture.write('functions/topology.json', json({ active: 'nano', topologies: { nano: [], mono: ['app'] } }));
  fixture.write('functions/traffic.json', json({ endpoints: { '*': 0.01 } }));
  fixture.write('functions/api.json', json({}));
  for (const [path, text] of Object.entries(libs)) fixture.write(path, text);
  fixture.linkPackages();
  fixture.commit('an application without endpoints');
});
afterAll(() => fixture.delete());

it('generates two endpoints, whose checks pass', async () => {
  await nx('g', 'endpoint', 'create-order', '--route', 'POST /orders', '--skipInstall');
  await nx(
    'g',
    'endpoint',
    'get-order',
    '--route',
    'GET /orders/{orderId}',
    '--access',
    'public',
    '--skipInstall',
  );
  expect(fixture.read('functions/orders/get-order/src/contract.ts')).toContain('orderId: OrderId');
  expect(JSON.parse(fixture.read('functions/orders/get-order/package.json')).name).toBe('@store/get-order');
  fixture.linkPackages();
  await nx('run-many', '-t', 'lint', 'typecheck', 'test', '-p', 'create-order', 'get-order');
});

it('passes all checks with a table behind them', async () => {
  for (const [path, text] of Object.entries(endpoints)) fixture.write(path, text.trimStart());
  for (const name of ['create-order', 'get-order']) {
    const path = `functions/orders/${name}/package.json`;
    const manifest = JSON.parse(fixture.read(path));
    manifest.dependencies = { ...manifest.dependencies, '@store/data-access': '*', '@store/validation': '*' };
    fixture.write(path, json(manifest));
  }
  program(
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--write',
    'functions',
    'libs/validation',
    'libs/data-access',
  );
  await nx('run-many', '-t', 'build', '--exclude', 'lab');
  nanos('sizes', '--record');
  await nx('run-many', '-t', 'lint', 'typecheck', 'build', 'size', 'package');
  // The specs of the framework have no input of the application: affected.spec.ts.
  await nx('run-many', '-t', 'test', '--exclude', '@nanoservices/*');
  program(
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    'functions',
    'libs',
    'tools',
  );
});

it('prints the topologies', async () => {
  const topologies = JSON.parse(nanos('topology', '--json'));
  expect(JSON.stringify(topologies)).toContain('create-order');
});

it('starts, and keeps what it is given', async () => {
  const api = await new StartedProcess(fixture.root).ready();
  const created = await fetch(`${api.url}/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ item: 'Apples' }),
  });
  expect(created.status).toBe(201);
  const order = (await created.json()) as { id: string };
  expect(await (await fetch(`${api.url}/orders/${order.id}`)).json()).toEqual({ ...order, item: 'Apples' });
  expect(await api.interrupt()).toBe(0);
});

it('has touched no file of the framework', () => {
  const changed = globSync(['*', '{libs,tools}/**/*'], {
    cwd: fixture.root,
    exclude: ['**/node_modules/**', '**/dist/**'],
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(fixture.root.length + 1))
    .filter((path) => !application.test(path))
    .filter(
      (path) =>
        readFileSync(join(fixture.root, path), 'utf8') !== readFileSync(join(repositoryRoot, path), 'utf8'),
    );
  expect(changed).toEqual([]);
});
