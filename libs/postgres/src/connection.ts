import { ServiceUnavailable } from '@nanoservices/validation';
import pg from 'pg';
import { databaseSource, databaseUrl } from './database-url.ts';

/** Runs one SQL statement with parameters `$1`, `$2`, ... and gives its rows. */
export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** By what says where the database is. It stays the same in a function; a test may act as several roles. */
const pools = new Map<string, Promise<pg.Pool>>();

/**
 * Runs one reading statement. It is sent again, once, when the connection turns out to be broken: a Lambda environment
 * sleeps between requests, and its connection may die in the meantime (node-postgres#2112).
 *
 * @throws ServiceUnavailable when the database cannot be reached or does not answer in time
 */
export const read: Query = (sql, values) =>
  unlessUnavailable(() => withConnection((query) => query(sql, values), 2));

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. Starts over when nothing was
 * done yet (the connection was broken at BEGIN) and when PostgreSQL asks for it (serialization failure, deadlock), so
 * `work` may run several times.
 *
 * @throws ServiceUnavailable when the database cannot be reached or does not answer in time. When the connection broke
 * during COMMIT, nobody knows whether the work is done; only an idempotent request may then be repeated.
 */
export async function transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await unlessUnavailable(() => withConnection((query) => runTransaction(query, work), 2));
    } catch (error) {
      if (!(wantsRetry(error) && attempt < maxAttempts)) throw error;
      await jitter(attempt);
    }
  }
}

const maxAttempts = 4;

async function runTransaction<Result>(
  query: Query,
  work: (query: Query) => Promise<Result>,
): Promise<Result> {
  await query('BEGIN');
  try {
    const result = await work(query);
    await query('COMMIT');
    return result;
  } catch (error) {
    // A statement was sent after BEGIN, so this must not look like a connection that was broken from the start.
    if (isBroken(error)) throw new BrokenInside(error);
    await query('ROLLBACK');
    throw error;
  }
}

/** The connection broke with a transaction under way. */
class BrokenInside extends Error {
  constructor(cause: unknown) {
    super('The connection to the database broke during a transaction', { cause });
  }
}

async function withConnection<Result>(
  use: (query: Query) => Promise<Result>,
  attempts: number,
): Promise<Result> {
  const client = await connect();
  const query: Query = async <Row>(sql: string, values: readonly unknown[] = []) =>
    (await client.query(sql, values as unknown[])).rows as Row[];
  const release = (destroy: boolean) => {
    usedAt.set(client, Date.now());
    client.release(destroy);
  };
  try {
    const result = await use(query);
    release(false);
    return result;
  } catch (error) {
    const broken = isBroken(error);
    // A broken or timed-out client would poison whoever gets it next (node-postgres#2243).
    release(broken || error instanceof BrokenInside);
    if (broken && attempts > 1) return withConnection(use, attempts - 1);
    throw error;
  }
}

async function connect(attempts = 2): Promise<pg.PoolClient> {
  const source = databaseSource();
  const current = pools.get(source) ?? databaseUrl().then(openPool);
  pools.set(source, current);
  const forget = () => {
    if (pools.get(source) === current) pools.delete(source);
  };
  try {
    const opened = await current.catch((error) => {
      forget();
      throw error;
    });
    return await connectLive(opened);
  } catch (error) {
    if (!isLoginRefused(error)) throw error;
    // The password may have changed since the connection string was read.
    forget();
    if (attempts > 1) return connect(attempts - 1);
    throw error;
  }
}

/** When a connection was last used, in ms since 1970: the monotonic clock may rest with the machine. */
const usedAt = new WeakMap<pg.PoolClient, number>();
/** A connection that rested longer is asked for a sign of life. */
const restMs = 1000;
const signOfLife = { text: 'SELECT 1', query_timeout: 250 };

/**
 * While an environment sleeps, a firewall or a failover may forget its connection without a word. The first statement would
 * then wait for its whole timeout, so a connection that rested is tried first, and replaced when it is silent.
 */
async function connectLive(pool: pg.Pool): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect();
    const restedMs = Date.now() - (usedAt.get(client) ?? Date.now());
    if (restedMs <= restMs) return client;
    try {
      await client.query(signOfLife);
      return client;
    } catch {
      client.release(true);
    }
  }
}

/**
 * One connection per environment, since a Lambda environment handles one request at a time. DATABASE_POOL_SIZE raises
 * that where it does not hold. Times are in milliseconds and increase from lock to statement to client, so that the
 * most telling error comes first; all lie below the function's own timeout.
 */
function openPool(connectionString: string): pg.Pool {
  const opened = new pg.Pool({
    connectionString,
    max: Number(process.env.DATABASE_POOL_SIZE ?? 1),
    application_name: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'nanoservices',
    connectionTimeoutMillis: 2000,
    lock_timeout: 2000,
    statement_timeout: 4000,
    query_timeout: 5000,
    // What a function that is cut off leaves locked is free again after that.
    idle_in_transaction_session_timeout: 2000,
    // The pool outlives every request: connections are kept while the environment sleeps.
    idleTimeoutMillis: 0,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // Without listeners, a connection that breaks while no statement runs would end the process: one for the pool's idle
  // connections, one for a connection in use. The next statement, or the pool, notices anyway.
  opened.on('error', () => {});
  opened.on('connect', (client) => client.on('error', () => {}));
  return opened;
}

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Class 08: connection exceptions. 57P01-57P03: the server shuts down, crashed or starts up. */
const brokenStates = /^(?:08...|57P0[123])$/;

/** Whether the error tells of the connection, not of the statement: from the server, the socket or `pg` itself. */
function isBroken(error: unknown): boolean {
  const state = sqlState(error);
  if (state) return brokenStates.test(state);
  // An AggregateError is what node:net gives when a host name has several addresses and none answers.
  if (error instanceof AggregateError) return true;
  return error instanceof Error && ('syscall' in error || connectionErrors.test(error.message));
}

/** The messages of `pg` for a connection that is gone or too slow; they carry no code. */
const connectionErrors =
  /^(?:Connection terminated|Client has encountered|Query read timeout|timeout expired|timeout exceeded)/;

/** Class 28: invalid authorization. */
function isLoginRefused(error: unknown): boolean {
  return sqlState(error)?.startsWith('28') === true;
}

/** 40001: serialization failure, 40P01: deadlock detected. Both ask for the whole transaction to be run again. */
function wantsRetry(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '');
}

/** 57014: statement timeout, 55P03: lock timeout, 53300: too many connections. */
const overloadStates = ['57014', '55P03', '53300'];

async function unlessUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const unavailable =
      isBroken(error) ||
      isLoginRefused(error) ||
      error instanceof BrokenInside ||
      overloadStates.includes(sqlState(error) ?? '');
    throw unavailable ? Object.assign(new ServiceUnavailable(), { cause: error }) : error;
  }
}

function jitter(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
}
