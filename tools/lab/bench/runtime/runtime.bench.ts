import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '@nanoservices/report';
import { load, treeMemoryMb } from '@nanoservices/report/measure';
import { turns } from '../../testbed/turns.ts';
import { publish } from '../findings.ts';
import { type Contestant, contestants } from './contestants.ts';

/**
 * `nx run lab:bench-runtime`: the local Lambda in both isolations, serverless-offline, and a bare HTTP server as the upper
 * bound; the same handler in all. Contestants take turns; only one runs at a time. Options: `--seconds N` for each
 * load (default 5), `--rounds N` (default 3), `--json`.
 */
const option = (name: string, otherwise: number) => {
  const index = process.argv.indexOf(name);
  return index === -1 ? otherwise : Number(process.argv[index + 1]);
};
const seconds = option('--seconds', 5);
const rounds = option('--rounds', 3);
const connections = [1, 10, 50];

interface Row {
  [measure: string]: number[];
}
const rows = new Map<string, Row>(contestants.map(({ name }) => [name, {}]));
const note = (contestant: Contestant, measure: string, value: number) => {
  const row = rows.get(contestant.name) as Row;
  row[measure] = [...(row[measure] ?? []), value];
};

for (const { contestant, round } of turns(contestants, rounds)) {
  await speed(contestant);
  if (contestant.name !== 'bare node:http') {
    await memory(contestant, 13);
    if (round === 0) await memory(contestant, 200);
  }
  process.stderr.write(`round ${round + 1}: ${contestant.name}\n`);
}
publish({
  name: 'runtime',
  title: 'The local Lambda, 13 functions, the same handler',
  rows: Object.fromEntries(rows),
});

async function speed(contestant: Contestant): Promise<void> {
  const running = await contestant.start(13);
  try {
    const startedAt = performance.now();
    assert.equal((await ask(running.url, '/f0')).path, '/f0');
    note(contestant, 'first ms', performance.now() - startedAt);
    for (const count of connections) {
      // Environments start, code gets hot.
      await runLoad(running.url, count, 2);
      const { requestsPerSecond, latenciesMs } = await runLoad(running.url, count, seconds);
      note(contestant, `req/s @${count}`, requestsPerSecond);
      note(contestant, `p50 ms @${count}`, quantile(latenciesMs, 0.5));
      note(contestant, `p99 ms @${count}`, quantile(latenciesMs, 0.99));
    }
    if (contestant.name !== 'bare node:http') note(contestant, 'respawn ms', await respawn(running.url));
  } finally {
    await running.stop();
  }
}

/** The time from a crash of the function's environment to its next response. */
async function respawn(url: string): Promise<number> {
  await ask(url, '/f1');
  await fetch(`${url}/f1?crash`).then(
    (response) => response.text(),
    () => undefined,
  );
  const startedAt = performance.now();
  for (;;) {
    const response = await fetch(`${url}/f1`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (response?.ok) return performance.now() - startedAt;
    // It does not come back: there is nothing to measure.
    if (performance.now() - startedAt > 5000) return Number.NaN;
    await sleep(5);
  }
}

async function memory(contestant: Contestant, functions: number): Promise<void> {
  const running = await contestant.start(functions);
  try {
    await sleep(500);
    const idle = treeMemoryMb(running.pid);
    note(contestant, `MB idle, ${functions}`, idle);
    for (let index = 0; index < functions; index++) await ask(running.url, `/f${index}`);
    await sleep(500);
    note(contestant, `MB each, ${functions}`, (treeMemoryMb(running.pid) - idle) / functions);
  } finally {
    await running.stop();
  }
}

/** Sends a request, and asserts the response that all contestants give. */
async function ask(url: string, path: string): Promise<{ path: string }> {
  const response = await fetch(url + path);
  assert.equal(response.status, 200);
  assert.match(`${response.headers.get('content-type')}`, /^application\/json/);
  const body = (await response.json()) as { path: string; pid: number };
  assert.deepEqual(Object.keys(body), ['path', 'pid']);
  return body;
}

/** Runs load on a function. All requests must succeed. */
async function runLoad(url: string, connections: number, duration: number) {
  const result = await load(url, ['/f0'], { connections, seconds: duration, headers: {} });
  assert.equal(result.failed, 0);
  return result;
}
