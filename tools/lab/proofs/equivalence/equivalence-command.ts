/**
 * `nx run lab:equivalence`: the same trace of requests, in every topology of the application and in random ones, in
 * processes and in threads, must get the same responses and leave the same database.
 *
 * Arguments: number of requests (default 2000), number of random packings (default 10).
 */
import assert from 'node:assert/strict';
import { createTestDatabase } from '@nanoservices/database/testing';
import { type Isolation, readLayout } from '@nanoservices/model';
import { startApi } from '@nanoservices/runtime';
import { localIssuer } from '@nanoservices/runtime/tokens';
import pg from 'pg';
import { repositoryRoot } from '../../testbed/repository.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { recordedTrace } from './trace.ts';

const [requests = 2000, packings = 10] = process.argv.slice(2).map(Number);
const trace = recordedTrace(requests);
const workspace = new WorkspaceFixture({ application: 'arcade' });
const issuer = await localIssuer(workspace.root);
const named = Object.keys(readLayout(workspace.root).topologies.topologies);
const topologies = [...named, ...addRandomPackings(packings)];

let reference: Outcome | undefined;
for (const topology of topologies) {
  for (const isolation of ['process', 'thread'] as const) {
    const startedAt = performance.now();
    const outcome = await run(topology, isolation);
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

interface Outcome {
  /** Status, headers and body of each, with ids and times replaced by their order. */
  readonly responses: readonly string[];
  /** The rows of all tables, normalised in the same way. */
  readonly database: readonly string[];
}

async function run(topology: string, isolation: Isolation): Promise<Outcome> {
  const database = await createTestDatabase(repositoryRoot);
  const options = { root: workspace.root, topology, isolation, env: database.environment };
  const api = await startApi(options);
  const names = new Map<string, string>();
  const ids: Record<'user' | 'game', string[]> = { user: [], game: [] };
  const responses: string[] = [];
  try {
    for (const { method, path, headers, body, caller } of trace) {
      const idOf = (kind: 'user' | 'game', place: number) =>
        ids[kind][place] ?? `0197f3a0-0000-7000-8000-${String(place).padStart(12, '0')}`;
      const url = path.replace(/\{(user|game):(\d+)\}/g, (_, kind, place) => idOf(kind, Number(place)));
      const token = caller === undefined ? {} : await bearer(idOf('user', caller), caller);
      const response = await fetch(api.url + url, {
        method,
        headers: { ...headers, ...token },
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const kind = url === '/users' ? 'user' : url === '/games' ? 'game' : undefined;
      if (kind && response.status === 201) {
        const { id } = JSON.parse(text);
        if (!ids[kind].includes(id)) ids[kind].push(id);
      }
      const shown = ['content-type', 'etag', 'location'].map((name) => response.headers.get(name)).join(' ');
      responses.push(normalise(`${response.status} ${shown} ${text}`, names));
    }
    return { responses, database: await dump(database.url, names) };
  } finally {
    await api.stop();
    await database.drop();
  }
}

async function bearer(sub: string, place: number): Promise<Record<string, string>> {
  const scope = place % 2 === 0 ? 'admin' : '';
  return { authorization: `Bearer ${await issuer.issue({ sub, scope })}` };
}

/** Ids are numbered in order of appearance; times and cursors, which contain ids and times, are left out. */
function normalise(text: string, names: Map<string, string>): string {
  return text
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, (id) => {
      if (!names.has(id)) names.set(id, `id${names.size}`);
      return names.get(id) as string;
    })
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::\d\d)?)?/g, 'time')
    .replace(/"nextCursor":"[^"]+"/g, '"nextCursor":"cursor"');
}

async function dump(url: string, names: Map<string, string>): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema IN ('users', 'games') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const all: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${name} t`);
    all.push(...rows.map(({ row }) => normalise(`${name} ${row}`, names)).sort());
  }
  await client.end();
  return all;
}

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
