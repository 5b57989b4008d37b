import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackedFunction, readWorkspace, type Workspace } from '@nanoservices/model';
import { buildTopology } from '@nanoservices/runtime/start';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shopWorkspace } from '../testing/shop-workspace.ts';
import { type Bundle, bundleFunctions } from './bundle.ts';
import { duplicatedBytes, groupBytes } from './shared-bytes.ts';

describe('bundles of functions', () => {
  const copy = shopWorkspace();
  let workspace: Workspace;
  let endpoints: Bundle[];
  let units: Bundle[];
  beforeAll(async () => {
    workspace = await readWorkspace(copy.root);
    const named = (all: readonly { readonly name: string }[]) =>
      all.map(({ name }) => workspace.functionNamed(name));
    endpoints = await bundleFunctions(copy.root, named(workspace.endpoints));
    units = await bundleFunctions(copy.root, named(workspace.units));
  });
  afterAll(() => copy.delete());

  it('are those of npm start, byte for byte', async () => {
    for (const [topology, bundles] of [
      ['nano', endpoints],
      ['mono', units],
    ] as const) {
      await using built = await buildTopology(workspace, topology);
      expect(built.functions.length).toBe(workspace.pack(topology).functions.length);
      for (const { functionName, bundle } of built.functions) {
        const own = bundles.find(({ name }) => name === functionName);
        expect(Buffer.from(own?.code ?? []).equals(readFileSync(bundle)), functionName).toBe(true);
      }
    }
  });

  it('are within five percent of the estimate from their endpoints', () => {
    expect(units.map(({ name }) => name).sort()).toEqual(['app', 'customers', 'orders']);
    for (const unit of workspace.units) {
      const parts = endpoints.filter(({ name }) => unit.endpoints.some((one) => one.name === name));
      const real = units.find(({ name }) => name === unit.name)?.code.length as number;
      const modelled = groupBytes(parts)(parts);
      expect(Math.abs(modelled - real) / real, `${unit.name}: ${modelled} for ${real}`).toBeLessThan(0.05);
      expect(modelled, unit.name).toBeLessThanOrEqual(real);
    }
  });

  it('have no duplicated bytes alone, and nothing else when two are the same', () => {
    const [one] = endpoints as [Bundle];
    expect(duplicatedBytes([one])).toBe(0);
    expect(duplicatedBytes([one, one])).toBe(one.code.length);
    expect(groupBytes([one])([one, one])).toBe(one.code.length);
  });

  it('are not made of sources that cannot be built', async () => {
    const packed = workspace.functionNamed('get-order');
    const { handler } = packed.endpoints[0] as PackedFunction['endpoints'][number];
    const before = readFileSync(join(copy.root, handler), 'utf8');
    copy.write(handler, 'export const handler = ;');
    const broken: PackedFunction = { ...packed, name: 'broken' };
    await expect(bundleFunctions(copy.root, [broken])).rejects.toThrow(/handler\.ts/);
    copy.write(handler, before);
  });
});
