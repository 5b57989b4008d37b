import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleTasks, functionFiles, zip } from '@nanoservices/build';
import { type Architecture, codeSettings, readManifest } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { startApi } from '@nanoservices/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';

// A real native module, from the registry: one package for each platform.
const native = '@node-rs/crc32';
const root = 'functions/orders/get-sum';
let shop: TemporaryWorkspace;

const endpoint = (lambda: object) =>
  shop.endpoint(root, {
    lambda,
    dependencies: { [native]: '*' },
    contract: `import { contract } from '@nanoservices/endpoint';
      export const it = contract({ name: 'get-sum', method: 'GET', path: '/sum', summary: 'x', access: 'public' });`,
    handler: `import { crc32 } from '${native}'; export const handler = async () => ({ sum: crc32('hello') });`,
  });

async function build(): Promise<string | undefined> {
  for await (const { error } of bundleTasks(shop.root, [{ kind: 'endpoint', root }])) return error;
  throw new Error('Nothing was built.');
}

async function filesFor(architecture: Architecture) {
  const own = { root, lambda: readManifest(shop.root, root).lambda };
  const code = { ...codeSettings(own, [own]), architecture };
  return functionFiles(shop.root, { bundle: `${root}/dist/handler.mjs`, code });
}

beforeAll(async () => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', version: '1.0.0', private: true, type: 'module' },
    'functions/tsconfig.json': '{}',
  });
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', native], { cwd: shop.root });
  shop.linkPackages('@nanoservices/endpoint', 'zod');
});
afterAll(() => shop[Symbol.dispose]());

it('is refused in a bundle, with the key that packages it', async () => {
  endpoint({});
  expect(await build()).toContain(`${root}/package.json: "lambda": { "external": ["${native}"] }`);
});

it('runs here in both isolations', async () => {
  endpoint({ external: [native] });
  for (const isolation of ['process', 'thread'] as const) {
    await using api = await startApi({ root: shop.root, isolation });
    expect(await (await fetch(`${api.url}/sum`)).json()).toEqual({ sum: 907060870 });
  }
});

it.each([
  ['arm64', 'arm64', 183],
  ['x86_64', 'x64', 62],
] as const)('is packaged for %s, with the same bytes each time', async (architecture, cpu, machine) => {
  endpoint({ external: [native] });
  expect(await build()).toBeUndefined();
  const files = await filesFor(architecture);
  const binaries = Object.keys(files).filter((path) => path.endsWith('.node'));
  expect(binaries).toEqual([`node_modules/${native}-linux-${cpu}-gnu/crc32.linux-${cpu}-gnu.node`]);
  // The number of the CPU in an ELF file.
  expect(files[binaries[0] as string]?.bytes[18]).toBe(machine);
  const lock = JSON.parse(readFileSync(join(shop.root, 'package-lock.json'), 'utf8'));
  const packed = JSON.parse(
    Buffer.from(files[`node_modules/${native}/package.json`]?.bytes ?? []).toString(),
  );
  expect(packed.version).toBe(lock.packages[`node_modules/${native}`].version);
  const hash = (all: typeof files) => createHash('sha256').update(zip(all)).digest('hex');
  shop.remove('node_modules/.cache/build');
  expect(hash(await filesFor(architecture))).toBe(hash(files));
});
