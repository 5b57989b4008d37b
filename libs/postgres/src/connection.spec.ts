import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { ServiceUnavailable } from '@nanoservices/endpoint';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyRoles, asRole, dropRoles } from './admin/index.ts';
import { read, transaction } from './connection.ts';

/** A second connection, to look at the first from outside. */
let observer: pg.Client;
const ownerUrl = process.env.DATABASE_URL as string;
/** The role of a function: its timeouts are settings of the role. */
const role = `spec-${process.pid}-connection`;
const password = 'x-Y_0'.repeat(6);

beforeAll(async () => {
  observer = new pg.Client({ connectionString: ownerUrl });
  observer.on('error', () => {});
  await observer.connect();
  await observer.query('CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)');
  const grants = { 'public.counters': ['select', 'insert', 'update', 'delete'] } as const;
  await applyRoles(ownerUrl, [{ name: role, grants }], { mode: 'exact', passwordOf: () => password });
  process.env.DATABASE_URL = asRole(ownerUrl, role, password);
});

beforeEach(async () => {
  await observer.query('DELETE FROM counters');
  await observer.query('INSERT INTO counters VALUES (1, 0), (2, 0)');
});

afterAll(async () => {
  await observer.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1', [
    role,
  ]);
  await dropRoles(ownerUrl, [role]);
  await observer.end();
  process.env.DATABASE_URL = ownerUrl;
});

const backend = async () => (await read<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;
const counter = async (id: number) =>
  (await observer.query('SELECT n FROM counters WHERE id = $1', [id])).rows[0].n;
const waitsForLock = async (pid: number | undefined) =>
  (await observer.query(`SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`, [pid]))
    .rowCount === 1;
const kill = (pid: number | undefined) => observer.query('SELECT pg_terminate_backend($1, 5000)', [pid]);

describe('the connection', () => {
  it('is one, and is kept', async () => {
    expect(await backend()).toBe(await backend());
    const [first, second] = await Promise.all([backend(), backend()]);
    expect(first).toBe(second);
  });

  it('is replaced unnoticed when it broke while it was idle', async () => {
    for (let round = 0; round < 5; round++) {
      const before = await backend();
      await kill(before);
      expect(await backend()).not.toBe(before);
    }
  });

  it('is replaced for a transaction too: nothing was sent before BEGIN', async () => {
    await kill(await backend());
    await transaction((query) => query('UPDATE public.counters SET n = n + 1 WHERE id = 1'));
    expect(await counter(1)).toBe(1);
  });

  it('that the network forgot while it was idle is replaced before it is used', async () => {
    const { hostname, port } = new URL(process.env.DATABASE_URL as string);
    const forget: (() => void)[] = [];
    let intoTheVoid = '';
    const network = createServer((client) => {
      const server = connect(Number(port), hostname);
      client.pipe(server).pipe(client);
      forget.push(() => {
        client
          .unpipe(server)
          .on('data', (data) => {
            intoTheVoid += data;
          })
          .resume();
        server.unpipe(client);
      });
      for (const socket of [client, server]) socket.on('error', () => {});
      client.on('close', () => server.destroy());
    }).listen(0, '127.0.0.1');
    await once(network, 'listening');
    const proxied = new URL(process.env.DATABASE_URL as string);
    proxied.port = `${(network.address() as AddressInfo).port}`;
    vi.stubEnv('DATABASE_URL', proxied.href);
    const before = await backend();
    for (const one of forget) one();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1100 });
    expect(await backend()).not.toBe(before);
    expect(intoTheVoid).toContain('SELECT 1');
    expect(intoTheVoid).not.toContain('pg_backend_pid');
    vi.useRealTimers();
    vi.unstubAllEnvs();
    network.close();
  });

  it('that breaks during a reading statement is replaced, and the statement repeated', async () => {
    const pid = await backend();
    await observer.query('SELECT pg_advisory_lock(1)');
    const reading = read('SELECT pg_advisory_xact_lock(1), pg_backend_pid() AS pid');
    await vi.waitUntil(() => waitsForLock(pid));
    await kill(pid);
    await observer.query('SELECT pg_advisory_unlock(1)');
    expect((await reading)[0]).not.toMatchObject({ pid });
  });

  it('that breaks inside a transaction ends it with 503, and leaves no trace of it', async () => {
    const pid = await backend();
    const work = vi.fn(async (query) => {
      await query('UPDATE public.counters SET n = n + 1 WHERE id = 1');
      await kill(pid);
      await query('UPDATE public.counters SET n = n + 1 WHERE id = 2');
    });
    await expect(transaction(work)).rejects.toThrow(ServiceUnavailable);
    expect(work).toHaveBeenCalledOnce();
    expect([await counter(1), await counter(2)]).toEqual([0, 0]);
    expect(await backend()).not.toBe(pid);
  });
});

describe('a transaction', () => {
  it('is rolled back when its work fails, with the work’s own error', async () => {
    const work = transaction(async (query) => {
      await query('UPDATE public.counters SET n = 9 WHERE id = 1');
      throw new RangeError('no');
    });
    await expect(work).rejects.toThrow(RangeError);
    expect(await counter(1)).toBe(0);
  });

  it('is run again after a serialization failure', async () => {
    let attempts = 0;
    await transaction(async (query) => {
      await query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await query('SELECT * FROM public.counters');
      // Another transaction is faster, the first time.
      if (++attempts === 1) await observer.query('UPDATE counters SET n = n + 1 WHERE id = 1');
      await query('UPDATE public.counters SET n = n + 10 WHERE id = 1');
    });
    expect([attempts, await counter(1)]).toEqual([2, 11]);
  });

  it('gives up after some attempts', async () => {
    const work = vi.fn(async (query) => {
      await query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await query('SELECT * FROM public.counters');
      await observer.query('UPDATE counters SET n = n + 1 WHERE id = 1');
      await query('UPDATE public.counters SET n = n + 10 WHERE id = 1');
    });
    await expect(transaction(work)).rejects.toMatchObject({ code: '40001' });
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('that waits too long for a lock ends with 503', async () => {
    await observer.query('BEGIN');
    await observer.query('UPDATE counters SET n = 1 WHERE id = 1');
    const work = transaction((query) => query('UPDATE public.counters SET n = 2 WHERE id = 1'));
    await expect(work).rejects.toThrow(ServiceUnavailable);
    await observer.query('ROLLBACK');
  });
});

describe('a statement', () => {
  it('that takes too long ends with 503, and the connection stays good', async () => {
    await expect(read('SELECT pg_sleep(30)')).rejects.toThrow(ServiceUnavailable);
    expect(await backend()).toBeGreaterThan(0);
  });

  it('with a mistake is an error of ours, not of the database’s availability', async () => {
    await expect(read('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
  });

  it('that no contract allows says where to allow it', async () => {
    await observer.query('CREATE TABLE IF NOT EXISTS public.secrets ()');
    const message = 'permission denied for table secrets: declare it in the contract, under "database"';
    await expect(read('SELECT * FROM public.secrets')).rejects.toMatchObject({ code: '42501', message });
    const work = transaction((query) => query('DELETE FROM public.secrets'));
    await expect(work).rejects.toMatchObject({ code: '42501', message });
  });
});
