import { ServiceUnavailable } from '@nanoservices/endpoint';
import { pause } from '@nanoservices/endpoint/pause';
import pg from 'pg';
import { databaseSource, databaseUrl } from './database-url.ts';

/** Function that runs one SQL statement with parameters `$1`, `$2`, ... and gives its rows. */
export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Pools, keyed by connection source. A function has one source; a test may connect as several roles. */
const pools = new Map<string, Promise<pg.Pool>>();

/**
 * Runs one reading statement, and retries it once on a broken connection: a Lambda environment is frozen between requests,
 * and its connection may break in the meantime (node-postgres#2112).
 *
 * @throws ServiceUnavailable when the database cannot be reached or does not answer in time
 */
export const read: Query = (sql, values) =>
  unlessUnavailable(() => withConnection((query) => query(sql, values), 2));

/**
 * Runs `work` in a transaction: committed when it resolves, rolled back when it rejects. The transaction is retried when the
 * connection was broken at BEGIN, and after a serialization failure or deadlock, so `work` may run several times.
 *
 * @throws ServiceUnavailable when the database cannot be reached or does not answer in time. If the connection broke
 * during COMMIT, it is unknown whether the work is done; only an idempotent request may then be retried.
 */
export async function transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await unlessUnavailable(() => withConnection((query) => runTransaction(query, work), 2));
    } catch (error) {
      if (!(wantsRetry(error) && attempt < maxAttempts)) throw error;
      await pause(20 * 2 ** attempt);
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
    // Statements were sent after BEGIN, so the transaction must not be retried like one that was broken at BEGIN.
    if (isBroken(error)) throw new BrokenInside(error);
    await query('ROLLBACK');
    throw error;
  }
}

/** Connection failure during a transaction. */
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
    // A broken or timed-out client would fail the next request that gets it (node-postgres#2243).
    release(broken || error instanceof BrokenInside);
    if (broken && attempts > 1) return withConnection(use, attempts - 1);
    throw error;
  }
}

/** Logins that are tried, at first. A password that is being changed is stored a moment before the server has it. */
const maxLogins = 5;
/** Length of that moment. Afterwards, a person must correct the password. */
const changeMs = 1000;
/** Time of the first refusal since the last login, by source, in ms since 1970. */
const refusedSince = new Map<string, number>();

async function connect(attempt = 1): Promise<pg.PoolClient> {
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
    const client = await connectLive(opened);
    refusedSince.delete(source);
    return client;
  } catch (error) {
    if (isMisconfigured(error)) {
      // A person will correct the connection string, perhaps in Systems Manager.
      forget();
      const { code, message } = error;
      throw new Error(
        `The database refuses the connection: ${message} (${code}). Correct the connection string. Poolers take no timeouts and options from it: ALTER ROLE ... SET.`,
        { cause: error },
      );
    }
    if (!isLoginRefused(error)) throw error;
    // The password may have changed since the connection string was read.
    forget();
    const since = refusedSince.get(source) ?? Date.now();
    refusedSince.set(source, since);
    const isChanging = attempt < maxLogins && Date.now() - since < changeMs;
    if (attempt > 1 && !isChanging) throw error;
    // The first pause is none: usually, the new password is there.
    if (attempt > 1) await pause(25 * 2 ** attempt);
    return connect(attempt + 1);
  }
}

/** Time of the last use of a connection, in ms since 1970: the monotonic clock may stop while the machine sleeps. */
const usedAt = new WeakMap<pg.PoolClient, number>();
/** Idle time after which a connection is pinged before use. */
const idleLimitMs = 1000;
const connectTimeoutMs = 2000;
/** A database that is too slow to respond in this time would not open another connection either. */
const ping = { text: 'SELECT 1', query_timeout: connectTimeoutMs };

/**
 * While an environment is frozen, a firewall or a failover may drop its connection silently. The first statement would then
 * wait for its whole timeout. So a connection that was idle is pinged first, and replaced when it does not respond. A slow
 * response is no reason: all environments would open connections at the moment when the database has the most to do.
 */
async function connectLive(pool: pg.Pool): Promise<pg.PoolClient> {
  let isSilent = false;
  for (;;) {
    const client = await pool.connect();
    const idleMs = Date.now() - (usedAt.get(client) ?? Date.now());
    // Connections that were idle together are replaced together: each ping would take its whole timeout.
    if (idleMs <= idleLimitMs || (!isSilent && (await responds(client)))) return client;
    isSilent = true;
    client.release(true);
  }
}

function responds(client: pg.PoolClient): Promise<boolean> {
  return client.query(ping).then(
    () => true,
    () => false,
  );
}

/**
 * Opens one connection per environment, since a Lambda environment handles one request at a time. DATABASE_POOL_SIZE sets
 * another number. The timeouts of locks, statements and idle transactions are settings of the role, and shorter than those
 * here: poolers refuse them as parameters of a connection.
 */
function openPool(connectionString: string): pg.Pool {
  const opened = new pg.Pool({
    connectionString,
    max: Number(process.env.DATABASE_POOL_SIZE ?? 1),
    application_name: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'nanoservices',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: 5000,
    // Connections are kept while the environment is frozen.
    idleTimeoutMillis: 0,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // Without listeners for idle connections and for connections in use, a connection that breaks would end the process.
  // The pool or the next statement detects the failure.
  opened.on('error', () => {});
  opened.on('connect', (client) => client.on('error', () => {}));
  return opened;
}

function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/**
 * Class 08: connection exceptions. 57P01-57P03: the server shuts down, has crashed or starts up. 57P05, 25P03: it ended an
 * idle session or an idle transaction.
 */
const brokenStates = /^(?:08...|57P0[1235]|25P03)$/;
/** 08P01, protocol violation: a mistake of ours, or how PgBouncer reports all its own errors. These are about its servers. */
const poolerTrouble = /^(?!.*parameter).*(?:crash|timeout|lifetime|login|connect|no more|shut)/;

/** Tells if the error is about the connection, not the statement. It may come from the server, the socket or `pg`. */
function isBroken(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '08P01') return poolerTrouble.test((error as Error).message);
  if (state) return brokenStates.test(state);
  // node:net gives an AggregateError when a host name has several addresses and none responds.
  if (error instanceof AggregateError) return true;
  return error instanceof Error && ('syscall' in error || connectionErrors.test(error.message));
}

/** Messages of `pg` for a connection that is broken or too slow; these errors have no code. */
const connectionErrors =
  /^(?:Connection terminated|Client has encountered|Query read timeout|timeout expired|timeout exceeded)/;

/** Class 28: invalid authorization. Older versions of PgBouncer report it as 08P01. */
function isLoginRefused(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  return state.startsWith('28') || (state === '08P01' && /authentication/.test((error as Error).message));
}

/** Tells if the server refuses the connection for a reason that stays until a person changes a setting. */
function isMisconfigured(error: unknown): error is pg.DatabaseError {
  return (
    error instanceof pg.DatabaseError && !(isBroken(error) || isLoginRefused(error) || isOverloaded(error))
  );
}

/** 40001: serialization failure, 40P01: deadlock detected. Both require a retry of the whole transaction. */
function wantsRetry(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error) ?? '');
}

/** 57014: statement timeout, 55P03: lock timeout, 53300: too many connections. */
const overloadStates = ['57014', '55P03', '53300'];

function isOverloaded(error: unknown): boolean {
  return overloadStates.includes(sqlState(error) ?? '');
}

/** 42501: insufficient privilege. The role of a function has the rights that contracts declare, on schemas and tables. */
function isUndeclared(error: unknown): error is pg.DatabaseError {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '42501' &&
    /^permission denied for (?:schema|table|view|sequence)/.test(error.message)
  );
}

async function unlessUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isUndeclared(error)) error.message += ': declare it in the contract, under "database"';
    const unavailable =
      isBroken(error) || isLoginRefused(error) || error instanceof BrokenInside || isOverloaded(error);
    throw unavailable ? Object.assign(new ServiceUnavailable(), { cause: error }) : error;
  }
}
