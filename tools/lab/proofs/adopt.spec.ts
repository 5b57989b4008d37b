import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type StartedApi, startApi } from '@nanoservices/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nxEnvironment, runNx } from '../testbed/nx.ts';
import { repositoryRoot } from '../testbed/repository.ts';
import { nanosProgram, StartedProcess } from '../testbed/started-process.ts';
import { typeErrors } from '../testbed/type-errors.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The guide, step by step: all files and commands in these specs are its blocks.

const guide = readFileSync(join(repositoryRoot, 'tools/nx/docs/adopt.md'), 'utf8');
const orderPackage = {
  name: '@shop/get-order',
  type: 'module',
  exports: { './contract': './src/contract.ts' },
  dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
};
const topologies = { active: 'nano', topologies: { nano: [], micro: ['orders'], mono: ['app'] } };

/** The text of the guide below a heading, up to the next one. */
function section(heading: string): string {
  const [, text] = guide.split(new RegExp(`^#{2,3} ${heading}$`, 'm'));
  if (text === undefined) throw new Error(`The guide has no "${heading}".`);
  return text.split(/^#{2,3} /m)[0] as string;
}

/** Writes each block below the name of its file. @returns the names */
function writeFiles(workspace: WorkspaceFixture, text: string): string[] {
  const blocks = [...text.matchAll(/^`([^`\n]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)];
  for (const [, file = '', block = ''] of blocks) workspace.write(file, block);
  return blocks.map(([, file = '']) => file);
}

/** The commands of Nx in blocks, without `npx nx`. */
function nxCommands(text: string): string[][] {
  return [...text.matchAll(/^```sh\nnpx nx (.*)\n```$/gm)].map(([, command = '']) =>
    [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? (word as string)),
  );
}

/** A command in a sentence, without `npx nanos`. */
function nanosCommand(text: string, name: string): string[] {
  const [, command] = new RegExp(`\`npx nanos (${name}[^\`]*)\``).exec(text) ?? [];
  if (command === undefined) throw new Error(`The guide has no "nanos ${name}".`);
  return command.split(' ');
}

async function nanos(workspace: WorkspaceFixture, ...args: string[]): Promise<string> {
  const program = join(workspace.root, nanosProgram);
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    cwd: workspace.root,
    env: nxEnvironment,
  });
  return stdout;
}

function shopWith(application: string): WorkspaceFixture {
  const workspace = new WorkspaceFixture({ withNx: true }).withoutEndpoints();
  workspace.write('functions/topology.json', JSON.stringify(topologies));
  workspace.write('functions/traffic.json', '{}');
  expect(writeFiles(workspace, section('1\\. Make it an endpoint'))).toHaveLength(1);
  expect(writeFiles(workspace, section(application)).length).toBeGreaterThan(1);
  workspace.linkPackages();
  return workspace;
}

const json = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
};

async function expectOldShop(url: string): Promise<void> {
  expect(await (await fetch(`${url}/`)).text()).toBe('The old shop');
  const created = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"item":"a lamp"}',
  });
  expect(created.status).toBe(201);
  expect(created.headers.getSetCookie()).toEqual([expect.stringMatching(/^cart=empty/)]);
  expect(await created.json()).toEqual({ item: 'a lamp' });
  expect((await fetch(`${url}/nowhere`)).status).toBe(404);
}

const old = { status: 200, body: { id: '7', from: 'the old shop' } };
const own = { status: 200, body: { id: '7', from: 'its own endpoint' } };

describe.each(['Express', 'Fastify', 'Hono'])('a whole application of %s', (application) => {
  let workspace: WorkspaceFixture;
  beforeAll(() => {
    workspace = shopWith(application);
  });
  afterAll(() => workspace.delete());

  it('is one endpoint, and loses a route to a saved contract beside a running start', async () => {
    const started = new StartedProcess(workspace.root);
    try {
      await started.ready();
      await expectOldShop(started.url);
      expect(await json(`${started.url}/orders/7`)).toEqual(old);
      expect(started.output).toMatch(/ANY +\$default +old-shop +process +unchecked/);
      expect(started.output).not.toContain('Reference');

      expect(writeFiles(workspace, section('3\\. Carve a route out'))).toHaveLength(2);
      workspace.write('functions/orders/get-order/package.json', JSON.stringify(orderPackage));
      workspace.linkPackages();
      await started.says(/↻ routes/);
      await expect.poll(() => json(`${started.url}/orders/7`), { timeout: 30_000 }).toEqual(own);
      await expectOldShop(started.url);
    } finally {
      await started.interrupt();
    }
  });

  it.each([
    ['micro', 'thread'],
    ['mono', 'process'],
  ] as const)('answers beside the new endpoint in %s, isolated by %s', async (topology, isolation) => {
    workspace.write('functions/orders/package.json', '{ "name": "@shop/orders", "unit": {} }');
    await using api = await startApi({ root: workspace.root, topology, isolation });
    await expectOldShop(api.url);
    expect(await json(`${api.url}/orders/7`)).toEqual(own);
    expect((await fetch(`${api.url}/orders/7`, { method: 'DELETE' })).status).toBe(404);
    expect(typeErrors(workspace.root)).toEqual([]);
  });
});

describe('the commands of the guide', () => {
  let workspace: WorkspaceFixture;
  beforeAll(() => {
    workspace = shopWith('Express');
  });
  afterAll(() => workspace.delete());

  it('generate the new endpoint, and remove the application', async () => {
    const carving = section('3\\. Carve a route out');
    const [generation, removal] = nxCommands(carving) as [string[], string[]];
    await runNx(workspace.root, ...generation, '--skipInstall');
    expect(writeFiles(workspace, carving).every((file) => workspace.exists(file))).toBe(true);
    workspace.linkPackages();
    const built = await runNx(
      workspace.root,
      'run-many',
      '-t',
      'build',
      '-p',
      'old-shop',
      'app',
      'get-order',
    );
    expect(built).toContain('Successfully ran');
    await nanos(workspace, ...nanosCommand(section('2\\. Run it'), 'sizes'));
    expect(
      JSON.parse(await nanos(workspace, ...nanosCommand(section('2\\. Run it'), 'invoke'), '--json')),
    ).toMatchObject({
      statusCode: 200,
      body: '{"id":"7","from":"the old shop"}',
    });
    const output = await runNx(workspace.root, 'run-many', '-t', 'size', 'package', '-p', 'old-shop', 'app');
    expect(output).toContain('Successfully ran');
    const alone = ['--batch=false', '--skip-nx-cache'];
    expect(await runNx(workspace.root, 'run', 'old-shop:build', ...alone)).toContain('Successfully ran');
    await runNx(workspace.root, ...removal, '--skipInstall');
    expect(workspace.exists('functions/old/old-shop')).toBe(false);
  });
});

describe('a Lambda handler', () => {
  let workspace: WorkspaceFixture;
  let api: StartedApi;
  beforeAll(async () => {
    workspace = new WorkspaceFixture({ withNx: true }).withoutEndpoints();
    workspace.write('functions/topology.json', JSON.stringify({ topologies: { nano: [], mono: ['app'] } }));
    workspace.write('functions/traffic.json', '{}');
    expect(writeFiles(workspace, section('A Lambda handler'))).toHaveLength(3);
    workspace.linkPackages();
    api = await startApi({ root: workspace.root, watch: true });
  });
  afterAll(async () => {
    await api?.stop();
    await workspace.delete();
  });

  it('answers unchanged', async () => {
    expect(await json(`${api.url}/prices/lamp`)).toEqual({ status: 200, body: { item: 'lamp', price: 12 } });
    expect((await fetch(`${api.url}/prices/lamp`)).headers.get('x-function')).toBe('get-price');
  });

  it('runs once, and is shown as unchecked', async () => {
    expect(
      JSON.parse(await nanos(workspace, 'invoke', 'get-price', '--path', '/prices/lamp', '--json')),
    ).toMatchObject({
      statusCode: 200,
      body: '{"item":"lamp","price":12}',
    });
    expect(await nanos(workspace, 'topology')).toContain(
      'Nobody checks the caller before get-price (GET /prices/{item}): the contract has no "access".',
    );
  });

  it('with a callback does not start, and says what to write', async () => {
    const handler = 'functions/old/get-price/src/handler.cjs';
    const before = workspace.read(handler);
    workspace.write(handler, 'exports.handler = (event, context, callback) => callback(null, {});');
    await nanos(workspace, 'invoke', 'get-price', '--path', '/prices/lamp').then(
      () => expect.unreachable(),
      ({ stderr }) =>
        expect(stderr).toMatch(/CallbackHandlerDeprecatedError.*get-price takes a callback.*util\.promisify/),
    );
    workspace.write(handler, before);
  });

  it('may become an endpoint(), with a handler in another file, while it runs', async () => {
    workspace.edit('functions/old/get-price/package.json', (text) =>
      text.replace('"@nanoservices/endpoint": "*"', '$&, "zod": "*"'),
    );
    workspace.write(
      'functions/old/get-price/src/contract.ts',
      `import { contract } from '@nanoservices/endpoint';
       import * as z from 'zod/mini';
       export const getPrice = contract({
         name: 'get-price', method: 'GET', path: '/prices/{item}', summary: 'Read a price', access: 'public',
         params: z.strictObject({ item: z.string() }), response: z.strictObject({ price: z.int() }),
       });`,
    );
    workspace.remove('functions/old/get-price/src/handler.cjs');
    workspace.write(
      'functions/old/get-price/src/handler.ts',
      `import { endpoint } from '@nanoservices/endpoint';
       import { getPrice } from './contract.ts';
       export const handler = endpoint(getPrice, async () => ({ price: 13 }));`,
    );
    await expect
      .poll(async () => (await json(`${api.url}/prices/lamp`)).body, { timeout: 30_000 })
      .toEqual({ price: 13 });
  });

  it('beside a contract in CommonJS is refused with the way out', async () => {
    workspace.edit('functions/old/get-price/package.json', (text) => text.replace('"module"', '"commonjs"'));
    await expect(nanos(workspace, 'topology')).rejects.toThrow(
      /get-price\/src\/contract\.ts cannot be loaded.*write "type": "module" into package\.json/,
    );
  });
});
