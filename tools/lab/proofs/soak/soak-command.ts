/**
 * `nx run lab:soak`: a minute of load on the started API, while functions crash, are killed and are saved. Fails when a
 * request is lost that has nothing to do with a crash, or when memory, files, environments or connections grow. Linux only:
 * it looks into /proc.
 *
 * Arguments: seconds (default 60), isolation (default process).
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireDatabase } from '@nanoservices/database';
import { isRunning } from '@nanoservices/database/process-state';
import { readLayout } from '@nanoservices/model';
import { startApi } from '@nanoservices/runtime';
import pg from 'pg';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';

const seconds = Number(process.argv[2] ?? 60);
const isolation = process.argv[3] === 'thread' ? 'thread' : 'process';
const notices: string[] = [];

const workspace = new WorkspaceFixture({ application: 'arcade' });
workspace.endpoint('saved', 'GET /saved', 'return { version: 0 }');
workspace.endpoint(
  'crashing',
  'GET /crashing',
  `
  if (event.rawQueryString === 'throw') throw new Error('on purpose');
  if (event.rawQueryString === 'exit') process.exit(1);
  if (event.rawQueryString === 'leak') (globalThis as any).hoard = Buffer.alloc(64 * 2 ** 20, 1);
  if (event.rawQueryString === 'reject') { Promise.reject(new Error('on purpose')); await new Promise((done) => setTimeout(done, 1000)); }
  return { pid: process.pid };`,
);
const lease = await acquireDatabase(readLayout(workspace.root), {});
const database = new pg.Client(lease.url);
await database.connect();
const api = await startApi({
  root: workspace.root,
  env: {},
  isolation,
  watch: true,
  idleTimeoutMs: 5000,
  onNotice: ({ text }) => notices.push(text),
});

// However this ends.
process.on('exit', () => api.kill());

const authorization = `Bearer ${api.token}`;
const ann = '/users/0197f3a0-0000-7000-8000-000000000001';
const host = api.pid;

let running = true;
const counts: Record<string, number> = {};
const failures: string[] = [];
const samples: Sample[] = [];

interface Sample {
  readonly memoryMb: number;
  readonly files: number;
  readonly environments: number;
  readonly connections: number;
}

async function ask(name: string, path: string, expected: readonly number[]): Promise<unknown> {
  counts[name] = (counts[name] ?? 0) + 1;
  try {
    const response = await fetch(api.url + path, { headers: { authorization } });
    const body = await response.json();
    if (!expected.includes(response.status))
      failures.push(`${path}: ${response.status} ${JSON.stringify(body)}`);
    return body;
  } catch (error) {
    failures.push(`${path}: ${(error as Error).cause ?? error}`);
    return undefined;
  }
}

async function repeat(action: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0; running; turn++) await action(turn);
}

const crashes = ['throw', 'exit', 'leak', 'reject'];
let unavailable = 0;
const load = [
  repeat(() => ask('games', '/games?limit=3', [200])),
  repeat(() => ask('game', '/games/0197f3a0-0000-7000-8000-0000000000a1', [200])),
  repeat(async () => {
    const user = await ask('user', ann, [200]);
    // Its games are allowed to be down while they are killed.
    if ((user as { games?: { status: string } })?.games?.status === 'unavailable') unavailable++;
  }),
  repeat(() => ask('saved', '/saved', [200])),
  repeat(async (turn) => {
    await ask('crash', `/crashing?${crashes[turn % crashes.length]}`, [200, 500]);
    await sleep(100);
  }),
  repeat(async (turn) => {
    await sleep(2000);
    workspace.handler('saved', `return { version: ${turn + 1} }`);
    if (isolation === 'process') killEnvironments('list-user-games');
  }),
  repeat(async () => {
    samples.push(await sample());
    await sleep(1000);
  }),
];

await sleep(seconds * 1000);
running = false;
await Promise.all(load);
const left = environmentPids();
await api.stop();
await database.end();
await lease.release();
await workspace.delete();

const third = Math.floor(samples.length / 3);
const early = average(samples.slice(third, 2 * third));
const late = average(samples.slice(-third));
console.table({ early, late });
console.log({ ...counts, unavailable, failures: failures.length });
assert.deepEqual(
  failures.slice(0, 5),
  [],
  `requests were lost that had nothing to do with a crash\n${notices.join('\n')}`,
);
assert(
  Object.values(counts).every((count) => count > 5),
  'something was hardly requested at all',
);
assert(
  isolation === 'thread' || unavailable < (counts.user ?? 0) / 2,
  'get-user does not get its games back',
);
assert(late.memoryMb < early.memoryMb * 1.25 + 10, 'the memory of the serving process grows');
assert(late.files < early.files + 10, 'files are left open');
assert(late.environments < early.environments + 5, 'environments are left');
assert(late.connections < early.connections + 5, 'connections to the database are left open');
assert.deepEqual([host, ...left].filter(isRunning), [], 'processes are left behind');

async function sample(): Promise<Sample> {
  const memoryKb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host}/status`, 'utf8'))?.[1];
  const { rows } = await database.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend'`,
  );
  return {
    memoryMb: Number(memoryKb) / 1024,
    files: readdirSync(`/proc/${host}/fd`).length,
    environments: environmentPids().length,
    connections: rows[0].n,
  };
}

function average(list: readonly Sample[]): Sample {
  const mean = (key: keyof Sample) => Math.round(list.reduce((sum, one) => sum + one[key], 0) / list.length);
  return {
    memoryMb: mean('memoryMb'),
    files: mean('files'),
    environments: mean('environments'),
    connections: mean('connections'),
  };
}

function environmentPids(): number[] {
  return readFileSync(`/proc/${host}/task/${host}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function killEnvironments(functionName: string): void {
  for (const pid of environmentPids()) {
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (variables.includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName}`)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}
