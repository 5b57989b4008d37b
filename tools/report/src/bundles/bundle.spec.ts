import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTopology } from '@nanoservices/runtime/build-topology';
import { WorkspaceCopy } from '@nanoservices/runtime/testing';
import { readPacking } from '@nanoservices/workspace/topology';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleGroups } from './bundle.ts';
import { duplicatedBytes, groupBytes } from './shared-bytes.ts';

describe('bundles of groups', () => {
  const workspace = new WorkspaceCopy();
  const packing = readPacking(workspace.root);
  const routes = new Map<string, string>();
  let endpoints: Bundle[];
  let units: Bundle[];
  beforeAll(async () => {
    await using built = await buildTopology(workspace.root, 'nano');
    for (const { endpoint, method, path } of built.routes) routes.set(endpoint, `${method} ${path}`);
    const routeOf = (name: string) => routes.get(name) as string;
    const alone = packing.endpoints.map((endpoint) => ({ name: endpoint.name, endpoints: [endpoint] }));
    endpoints = await bundleGroups(workspace.root, alone, routeOf);
    units = await bundleGroups(workspace.root, packing.units, routeOf);
  });
  afterAll(() => workspace.delete());

  it('are what npm start builds, byte for byte', async () => {
    for (const [topology, bundles] of [
      ['nano', endpoints],
      ['mono', units],
    ] as const) {
      await using built = await buildTopology(workspace.root, topology);
      for (const { functionName, bundle } of built.functions) {
        const own = bundles.find(({ name }) => name === functionName);
        expect(Buffer.from(own?.code ?? []).equals(readFileSync(bundle)), functionName).toBe(true);
      }
    }
  });

  it('are within five percent of what their endpoints come to together', () => {
    for (const unit of packing.units) {
      const parts = endpoints.filter(({ name }) => unit.endpoints.some((one) => one.name === name));
      const real = units.find(({ name }) => name === unit.name)?.code.length as number;
      const modelled = groupBytes(parts)(parts);
      expect(Math.abs(modelled - real) / real, `${unit.name}: ${modelled} for ${real}`).toBeLessThan(0.05);
      expect(modelled, unit.name).toBeLessThanOrEqual(real);
    }
  });

  it('have nothing twice alone, and nearly everything twice in two that are the same', () => {
    const [one] = endpoints as [Bundle];
    expect(duplicatedBytes([one])).toBe(0);
    expect(duplicatedBytes([one, one])).toBe(one.code.length);
    expect(groupBytes([one])([one, one])).toBe(one.code.length);
  });

  it('stop at what cannot be built', async () => {
    const [endpoint] = packing.endpoints;
    const file = join(workspace.root, endpoint?.root as string, 'src/handler.ts');
    const before = readFileSync(file, 'utf8');
    workspace.write(`${endpoint?.root}/src/handler.ts`, 'export const handler = ;');
    const group = { name: 'broken', endpoints: packing.endpoints.slice(0, 1) };
    await expect(bundleGroups(workspace.root, [group], () => '')).rejects.toThrow(/handler\.ts/);
    workspace.write(`${endpoint?.root}/src/handler.ts`, before);
  });
});
