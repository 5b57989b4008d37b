/**
 * `nx run lab:faults`: load on the started API while its database fails in every way that databases and networks do. After
 * each fault, 99.9 % of the requests must succeed, and the slowest is told; no confirmed creation may be missing, no row may be there
 * twice, and no connection may give the response to another request. Then a slow database, to which 50 environments
 * must open no further connections, and 100 duplicates at once of each of 100 creations, which must make 100 rows.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireDatabase } from '@nanoservices/database';
import { readLayout, readWorkspace } from '@nanoservices/model';
import { applyRoles, asRole, unionOfGrants } from '@nanoservices/postgres/admin';
import { startApi } from '@nanoservices/runtime';
import { administer } from '../../testbed/administer.ts';
import { buildArcadeClient } from '../../testbed/arcade-client.ts';
import { TcpProxy } from '../../testbed/tcp-proxy.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { type Attempt, Load } from './load.ts';
import { storm } from './storm.ts';

/** The duration of each fault. */
const faultMs = 2500;
/** Requests that are judged after each fault. */
const aftermath = 1000;
const patienceMs = 2000;
let failedBefore = 0;
/** The user of the local caller. */
const ann = '0197f3a0-0000-7000-8000-000000000001';

using built = await buildArcadeClient();
const client = built.module;
const workspace = new WorkspaceFixture({ application: 'arcade' });
// A server for this proof alone: it will be killed.
const lease = await acquireDatabase(readLayout(workspace.root), {});
// A role that may run out of connections: the limit of the owner does not bind a superuser.
const password = randomUUID();
const { pack } = await readWorkspace(workspace.root);
const grants = unionOfGrants(pack('nano').functions.map((one) => one.grants));
await applyRoles(lease.url, [{ name: 'app', grants }], { mode: 'exact', passwordOf: () => password });
const proxy = await new TcpProxy(asRole(lease.url, 'app', password)).start();
const api = await startApi({ root: workspace.root, env: { DATABASE_URL: proxy.url } });
process.on('exit', () => api.kill());

/** Each begins a fault, and ends it. */
const faults: Record<string, () => Promise<unknown>> = {
  reset: () => during(() => proxy.reset()),
  blackhole: async () => {
    proxy.blackhole();
    await sleep(faultMs);
  },
  'cut before COMMIT': () => during(() => cutAt('COMMIT', 'cut-before')),
  'cut after COMMIT': () => during(() => cutAt('COMMIT', 'cut-after')),
  'terminated backends': () => during(terminateAll),
  'restart of the server': restart,
  'no connections left': async () => {
    await administer(lease.url, 'ALTER ROLE app CONNECTION LIMIT 0');
    await during(terminateAll);
    await administer(lease.url, 'ALTER ROLE app CONNECTION LIMIT -1');
  },
};

const load = new Load(client, api, ann);
let clients = load.start(8);
try {
  const stopping: Promise<unknown>[] = [];
  await sleep(3000);
  for (const [name, fault] of Object.entries(faults)) {
    const from = performance.now();
    await fault();
    proxy.heal();
    const healed = performance.now();
    // The clients of before may still wait for a response that will not come.
    stopping.push(clients.stop());
    clients = load.start(8);
    await settle(load.attempts, healed);
    report(name, load.attempts, from, healed);
  }
  await Promise.all([...stopping, clients.stop()]);
  await verify(load);
  await storm(proxy);
  await duplicates();
} finally {
  void clients.stop();
  await api.stop();
  proxy.close();
  await lease.release();
  await workspace.delete();
}

/** Repeats the trouble as long as a fault lasts. */
async function during(trouble: () => unknown): Promise<void> {
  for (const end = performance.now() + faultMs; performance.now() < end; ) {
    await trouble();
    await sleep(50);
  }
}

/** The next one of these statements breaks its connection. */
function cutAt(statement: string, fate: 'cut-before' | 'cut-after'): void {
  proxy.script = (data) => {
    if (!data.includes(`${statement}\0`)) return 'pass';
    proxy.heal();
    return fate;
  };
}

function terminateAll(): Promise<unknown> {
  return administer(
    lease.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'`,
  );
}

/** Crashes the server. Its supervisor starts it again; the fault is over when the server takes connections. */
async function restart(): Promise<void> {
  const { rows } = await administer(lease.url, 'SHOW data_directory');
  const [pid] = readFileSync(join(rows[0].data_directory, 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGQUIT');
  await sleep(500);
  const end = performance.now() + 60_000;
  while (!(await administer(lease.url, 'SELECT 1').catch(() => undefined))) {
    assert.ok(performance.now() < end, 'the server does not come back');
    await sleep(50);
  }
}

/** Waits until enough requests have begun after a fault, and each has had its time. */
async function settle(attempts: readonly Attempt[], healed: number): Promise<void> {
  const end = performance.now() + 60_000;
  const isOver = () => {
    const after = attempts.filter(({ startedAt }) => startedAt >= healed).slice(0, aftermath);
    return after.length === aftermath && after.every(({ durationMs }) => durationMs !== undefined);
  };
  while (!isOver()) {
    assert.ok(performance.now() < end, 'hardly any request gets a response any more');
    await sleep(100);
  }
}

function report(fault: string, attempts: readonly Attempt[], from: number, healed: number): void {
  const isAnswered = ({ status = 0 }: Attempt) => status > 0 && status < 500;
  const isGood = (one: Attempt) =>
    isAnswered(one) && (one.durationMs ?? Number.POSITIVE_INFINITY) <= patienceMs;
  const during = attempts.filter(({ startedAt }) => startedAt >= from && startedAt < healed);
  const after = attempts.filter(({ startedAt }) => startedAt >= healed).slice(0, aftermath);
  const share = after.filter(isAnswered).length / after.length;
  // A blackhole shows only in the requests that waited when it began.
  const failed = attempts.filter((one) => one.startedAt < healed && !isGood(one)).length - failedBefore;
  failedBefore += failed;
  const slowest = Math.max(...after.map(({ durationMs = Number.POSITIVE_INFINITY }) => durationMs));
  console.log(
    `${fault}: ${failed} requests failed, of ${during.length} meanwhile; afterwards ${(100 * share).toFixed(2)} % of ${after.length} succeeded, the slowest in ${slowest.toFixed(0)} ms`,
  );
  assert.ok(failed > 0, `nobody noticed ${fault}`);
  assert.ok(share >= 0.999, `after ${fault}, only ${(100 * share).toFixed(2)} % succeeded`);
}

async function verify({ creations, mistaken }: Load): Promise<void> {
  assert.deepEqual(mistaken, [], 'responses to other requests than were sent');
  const { rows } = await administer(
    lease.url,
    `SELECT id, title FROM games.games WHERE title LIKE 'Fault %'`,
  );
  const titles = new Set(rows.map(({ title }) => title));
  assert.equal(titles.size, rows.length, 'something was created twice');
  const ids = new Map(rows.map(({ id, title }) => [title, id]));
  const told = creations.filter(({ id }) => id !== undefined);
  for (const { title, id } of told) assert.equal(ids.get(title), id, `${title} is not there`);
  const { rows: sessions } = await administer(
    lease.url,
    `SELECT state, count(*)::int AS count FROM pg_stat_activity WHERE usename = 'app' GROUP BY state`,
  );
  assert.deepEqual(
    sessions.filter(({ state }) => state !== 'idle'),
    [],
    'connections are left in the middle of something',
  );
  console.log(
    `${told.length} creations confirmed, ${creations.length - told.length} not; ${rows.length} rows, none twice, none missing`,
  );
}

async function duplicates(): Promise<void> {
  const { url: baseUrl, token } = api;
  const impatient = client.createClient({ baseUrl, token, timeoutMs: 30_000, retries: 0 });
  for (let n = 0; n < 100; n++) {
    const request = {
      body: { title: `Duplicate ${n}`, seats: 2 },
      headers: { 'idempotency-key': `duplicate-${n}` },
    };
    const games = await Promise.all(Array.from({ length: 100 }, () => impatient.createGame(request)));
    assert.equal(
      new Set(games.map((game) => JSON.stringify(game))).size,
      1,
      `responses to duplicate ${n} differ`,
    );
  }
  const { rows } = await administer(
    lease.url,
    `SELECT count(*)::int AS count FROM games.games WHERE title LIKE 'Duplicate %'`,
  );
  assert.equal(rows[0].count, 100);
  console.log('100 duplicates at once of 100 creations: 100 rows');
}
