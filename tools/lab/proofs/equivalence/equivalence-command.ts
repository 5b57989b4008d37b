/**
 * `nx run lab:equivalence`: the same trace of requests, in every topology of the application and in random ones, in
 * processes and in threads, must get the same responses and leave the same database.
 *
 * Arguments: number of requests (default 2000), number of random packings (default 10).
 */
import assert from 'node:assert/strict';
import { readLayout } from '@nanoservices/model';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { type Outcome, replay } from './replay.ts';
import { recordedTrace } from './trace.ts';

const [requests = 2000, packings = 10] = process.argv.slice(2).map(Number);
const trace = recordedTrace(requests);
const workspace = new WorkspaceFixture({ application: 'arcade' });
const named = Object.keys(readLayout(workspace.root).topologies.topologies);
const topologies = [...named, ...addRandomPackings(packings)];

let reference: Outcome | undefined;
for (const topology of topologies) {
  for (const isolation of ['process', 'thread'] as const) {
    const startedAt = performance.now();
    const outcome = await replay(trace, { root: workspace.root, topology, isolation });
    reference ??= outcome;
    for (const [index, response] of outcome.responses.entries()) {
      const request = `request ${index}, ${JSON.stringify(trace[index])}, in ${topology} (${isolation})`;
      assert.equal(response, reference.responses[index], request);
    }
    assert.deepEqual(outcome.database, reference.database, `the database after ${topology} (${isolation})`);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(
      `${topology}, ${isolation}: ${requests} requests in ${seconds} s, all as in ${topologies[0]}`,
    );
  }
}
const statuses = Object.groupBy(reference?.responses ?? [], (response) => response.slice(0, 3));
console.log(Object.fromEntries(Object.entries(statuses).map(([status, all]) => [status, all?.length])));
await workspace.delete();

/** Units of randomly chosen endpoints, across resources, and a topology for each set of them. */
function addRandomPackings(count: number): string[] {
  const { endpoints, topologies: file } = readLayout(workspace.root);
  const topologies: Record<string, string[]> = { ...file.topologies };
  let state = 1;
  // A linear congruential generator: the same packings each time.
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  for (let index = 0; index < count; index++) {
    const groups = 1 + random(6);
    const parts = Array.from({ length: groups + 1 }, (): string[] => []);
    for (const { root } of endpoints) parts[random(groups + 1)]?.push(root.replace('functions/', ''));
    // The last part stays as functions of their own.
    const units = parts.slice(0, groups).flatMap((include, part) => {
      if (include.length === 0) return [];
      const name = `random-${index}-${part}`;
      workspace.write(
        `functions/${name}/package.json`,
        JSON.stringify({ name: `@arcade/${name}`, unit: { include } }),
      );
      return [name];
    });
    topologies[`random-${index}`] = units;
  }
  workspace.write('functions/topology.json', JSON.stringify({ ...file, topologies }));
  return Array.from({ length: count }, (_, index) => `random-${index}`);
}
