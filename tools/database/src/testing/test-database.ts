import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Layout, readLayout, readWorkspace } from '@nanoservices/model';
import {
  advisoryLocks,
  connect,
  DatabaseMistake,
  inDatabase,
  migrate,
  migrationsHash,
  readConnectionString,
  roleConfiguration,
} from '@nanoservices/postgres/admin';
import pg from 'pg';
import { testRolesVariable } from '../acquire-database.ts';
import { type FunctionGrants, functionUrl, grantAll } from '../function-roles.ts';
import { leaseServer } from '../lease.ts';
import { isRunning } from '../process-state.ts';

/** A database of one test. */
export interface TestDatabase {
  /** Connection string of the owner of the tables. */
  readonly url: string;
  /** Environment variables of an API whose functions connect as their roles. */
  readonly environment: Readonly<Record<string, string>>;
  /** @returns the connection string of an endpoint or a unit, as the role with the grants of its contracts */
  functionUrl(functionName: string): string;
  /** Creates the roles of further functions. */
  grant(functions: FunctionGrants): Promise<void>;
  drop(): Promise<void>;
}

/**
 * Creates an empty, migrated database: a clone of a template that is migrated once. It is on the server of DATABASE_URL,
 * whose database is not touched, or on the embedded server.
 *
 * @param workspaceRoot - the workspace with the migrations, and the functions that have roles
 * @throws Error when the role of DATABASE_URL may not create databases
 */
export async function createTestDatabase(workspaceRoot: string = process.cwd()): Promise<TestDatabase> {
  const layout = readLayout(workspaceRoot);
  const name = `test_${randomBytes(8).toString('hex')}`;
  const server = await openServer(workspaceRoot, name);
  try {
    await dropLeftovers(server.client);
    const template = await ensureTemplate(server, layout);
    await server.client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    await server.client.query(`COMMENT ON DATABASE ${name} IS ${pg.escapeLiteral(owner())}`);
    // A clone has everything of its template, except the rights on the database itself.
    await server.client.query(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
    const roles = { ownerUrl: server.url(name), prefix: 'test' } as const;
    return {
      url: roles.ownerUrl,
      environment: { DATABASE_URL: roles.ownerUrl, [testRolesVariable]: '1' },
      functionUrl: (functionName) => functionUrl(roles, functionName),
      grant: (functions) => grantAll(roles, functions),
      drop: async () => {
        await server.client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await server.release();
      },
    };
  } catch (error) {
    await server.release();
    throw error instanceof pg.DatabaseError && error.code === '42501'
      ? new DatabaseMistake('DATABASE_URL: tests create databases, so its role needs CREATEDB.', {
          cause: error,
        })
      : error;
  }
}

interface Server {
  readonly client: pg.Client;
  url(database: string): string;
  release(): Promise<void>;
}

/** Opens a session that carries the name of the database that it uses: see {@link dropLeftovers}. */
async function openServer(workspaceRoot: string, name: string): Promise<Server> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) return leaseServer(workspaceRoot, name);
  const url = readConnectionString(DATABASE_URL, 'DATABASE_URL');
  const client = await connect(url);
  await client.query(`SET application_name = ${name}`);
  return { client, url: (database) => inDatabase(url, database), release: () => client.end() };
}

/** @returns the name of the template for the present migrations and contracts; a comment marks a complete template */
async function ensureTemplate({ client, url }: Server, layout: Layout): Promise<string> {
  const template = `template_${(await templateHash(layout)).slice(0, 12)}`;
  const isWhole = async () => {
    const { rows } = await client.query(
      `SELECT shobj_description(oid, 'pg_database') = 'migrated' AS whole FROM pg_database WHERE datname = $1`,
      [template],
    );
    return rows[0]?.whole === true;
  };
  if (await isWhole()) return template;

  await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.testTemplate]);
  try {
    if (await isWhole()) return template;
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${template}`);
    if (layout.database) await migrate(url(template), layout.database.migrations);
    await grantAll({ ownerUrl: url(template), prefix: 'test' }, await readGrants(layout.root));
    await client.query(`COMMENT ON DATABASE ${template} IS 'migrated'`);
    return template;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [advisoryLocks.testTemplate]);
  }
}

async function templateHash({ root, database }: Layout): Promise<string> {
  const hash = createHash('sha256').update(database ? await migrationsHash(database.migrations) : 'none');
  // Also of the roles, which exist already.
  hash.update(`\n${roleConfiguration}\n`);
  // The endpoints, their units, and the rights that they declare.
  const files = ['functions/{,*/}package.json', 'functions/*/*/src/contract.ts'];
  for (const file of globSync(files, { cwd: root }).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

async function readGrants(workspaceRoot: string): Promise<FunctionGrants> {
  const workspace = await readWorkspace(workspaceRoot);
  return new Map(workspace.everyFunction().map(({ name, grants }) => [name, grants]));
}

/** The process that a test database belongs to. */
function owner(): string {
  return `${hostname()} ${process.pid}`;
}

/**
 * Drops the databases of killed runs. A database in use is known by a session with its name, on whatever database of the
 * server, or by its process: a server that restarts has ended all sessions.
 */
async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; owner: string | null; isFresh: boolean }>(
    `SELECT datname AS name, shobj_description(oid, 'pg_database') AS owner,
       pg_postmaster_start_time() > now() - interval '1 minute' AS "isFresh"
     FROM pg_database AS database WHERE datname ~ '^test_[0-9a-f]{16}$'
       AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = database.datname)`,
  );
  for (const { name, owner, isFresh } of rows) {
    const [host, pid] = owner?.split(' ') ?? [];
    // The process is on another machine: its session comes back soon.
    const isUsed = host === hostname() ? isRunning(Number(pid)) : host !== undefined && isFresh;
    if (!isUsed) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}
