import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { read } from '@nanoservices/postgres';
import type { TcpProxy } from '../../testbed/tcp-proxy.ts';

const environments = 50;
/** Round trip to the database. */
const latencyMs = 400;
/** Connections that were idle for a second are pinged. */
const idleMs = 1100;

/**
 * Reads in 50 environments, each with its connection, whose database then becomes slow: 400 ms for a round trip. A slow database must
 * not get 50 new connections on top.
 */
export async function storm(proxy: TcpProxy): Promise<void> {
  const before = process.env.DATABASE_URL;
  const readAll = () =>
    Promise.all(
      Array.from({ length: environments }, (_, index) => {
        const url = new URL(proxy.url);
        url.searchParams.set('application_name', `environment ${index}`);
        process.env.DATABASE_URL = url.href;
        const startedAt = performance.now();
        return read('SELECT 1').then(() => performance.now() - startedAt);
      }),
    );
  try {
    await readAll();
    await sleep(idleMs);
    const opened = proxy.opened;
    proxy.latencyMs = latencyMs / 2;
    const durations = await readAll();
    console.log(
      `database at ${latencyMs} ms: ${environments} environments opened ${proxy.opened - opened} connections, the slowest read took ${Math.max(...durations).toFixed(0)} ms`,
    );
    assert.equal(proxy.opened, opened, 'environments opened connections to a slow database');
  } finally {
    proxy.heal();
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
  }
}
