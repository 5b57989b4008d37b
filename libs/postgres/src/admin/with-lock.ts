import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from './connect.ts';

const pollMs = 50;

/**
 * Runs `work` under an advisory lock. An open transaction of a separate connection holds it: a lock of a session would outlive its
 * owner in a transaction pooler such as PgBouncer, and nobody else would get it.
 *
 * Waiting means asking again, in another transaction. A statement that waits keeps its snapshot, and CREATE INDEX CONCURRENTLY,
 * run by the owner of the lock, waits for all older snapshots. A transaction that waits keeps a connection of a pooler.
 *
 * @param key - one of `advisoryLocks`
 * @param work - receives the connection that holds the lock, in a transaction. Its statements fail when the lock was lost
 */
export async function withLock<Result>(
  connectionString: string,
  key: number | bigint,
  work: (holder: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(connectionString);
  try {
    while (!(await takeLock(client, key))) await sleep(pollMs);
    return await work(client);
  } finally {
    await client.query('COMMIT').catch(() => {});
    await client.end();
  }
}

/** Begins a transaction that holds the lock. @returns false when another one holds it */
async function takeLock(client: pg.Client, key: number | bigint): Promise<boolean> {
  await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
  const { rows } = await client.query('SELECT pg_try_advisory_xact_lock($1) AS taken', [key]);
  if (!rows[0].taken) await client.query('ROLLBACK');
  return rows[0].taken;
}
