import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmallWorkspace } from '../../testing/small-workspace.ts';
import endpointGenerator, { type EndpointOptions, zodVersion } from './generator.ts';

let workspace: SmallWorkspace;
beforeEach(() => {
  workspace = new SmallWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

async function generate(options: EndpointOptions): Promise<Record<string, string>> {
  const tree = new FsTree(workspace.root, false);
  await endpointGenerator(tree, options);
  return Object.fromEntries(
    tree.listChanges().map(({ type, path, content }) => [`${type} ${path}`, `${content}`]),
  );
}

describe('nx g endpoint', () => {
  it.each<EndpointOptions>([
    { name: 'get-item', route: 'GET /orders/{orderId}/items/{itemId}' },
    { name: 'create-order', route: 'POST /orders' },
    { name: 'health', route: 'GET /health', resource: 'system', access: 'public' },
  ])('writes $name as a package, a contract, a handler and a spec', async (options) => {
    const changes = await generate(options);
    expect(
      Object.entries(changes)
        .map(([path, text]) => `### ${path}\n${text}`)
        .join('\n'),
    ).toMatchSnapshot();
  });

  it('shows the files as they are written: formatted, so that Biome has nothing to change', async () => {
    const tree = new FsTree(workspace.root, false);
    await endpointGenerator(tree, {
      name: 'get-item-of-an-order-with-a-rather-long-name',
      route: 'PUT /orders/{orderId}/items/{itemId}/variants/{variantId}/prices/{priceId}',
    });
    flushChanges(workspace.root, tree.listChanges());
    const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
    const { status, stderr } = spawnSync(
      process.execPath,
      [biome, 'check', 'functions/orders/get-item-of-an-order-with-a-rather-long-name'],
      {
        cwd: workspace.root,
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('changes nothing the second time', async () => {
    const options = { name: 'get-item', route: 'GET /orders/{orderId}/items/{itemId}' };
    const tree = new FsTree(workspace.root, false);
    await endpointGenerator(tree, options);
    flushChanges(workspace.root, tree.listChanges());
    expect(await generate(options)).toEqual({});
  });

  it.each([
    [{ name: 'GetItem', route: 'GET /items' }, /"GetItem" is no name for an endpoint: it is kebab-case/],
    [
      { name: 'get-order', route: 'GET /items' },
      /There is a "get-order" already, in functions\/orders\/get-order/,
    ],
    [{ name: 'app', route: 'GET /items' }, /There is a "app" already/],
    [{ name: 'get-item', route: '/items' }, /--route "\/items" is no route: it is a method and a path/],
    [{ name: 'get-item', route: 'GET items' }, /is no route/],
    [{ name: 'get-item', route: 'GET /a/{x}/{x}' }, /has the parameter \{x\} twice/],
    [{ name: 'get-item', route: 'GET /orders/{id}' }, /is that of get-order: GET \/orders\/\{orderId\}/],
    [{ name: 'get-item', route: 'GET /{id}' }, /--resource: "\{id\}" is no folder name/],
  ])('refuses %j, and writes nothing', async (options, message) => {
    const tree = new FsTree(workspace.root, false);
    await expect(endpointGenerator(tree, options)).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual([]);
  });

  it('gives endpoints the zod of @nanoservices/endpoint', () => {
    const file = fileURLToPath(import.meta.resolve('@nanoservices/endpoint'));
    const manifest = readFileSync(join(file, '../../package.json'), 'utf8');
    expect(JSON.parse(manifest).dependencies.zod).toBe(zodVersion);
  });
});
