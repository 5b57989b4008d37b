import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, migrationsHash } from '@nanoservices/data-access/migrate';
import { readContracts } from '@nanoservices/workspace/contract-file';
import { allGrants } from '@nanoservices/workspace/function-grants';
import { readPacking } from '@nanoservices/workspace/topology';
import pg from 'pg';
import { testRolesVariable, workspace } from './acquire-database.ts';
import { type FunctionGrants, functionUrl, grantAll } from './function-roles.ts';
import { leaseServer } from './lease.ts';

/** Advisory locks: one for who makes the template, and the first half of a pair, whose second half is the clone. */
const templateLock = 4_710_303;
const cloneLock = 4_710_304;

export interface TestDatabase {
  /** Connection string of the owner of the tables. */
  readonly url: string;
  /** The environment variables of an `npm start` whose functions connect as their roles. */
  readonly environment: Readonly<Record<string, string>>;
  /** Connection string of a function, an endpoint or a unit, as the role that its contracts give it. */
  functionUrl(functionName: string): string;
  /** Gives roles to functions that the workspace does not have. */
  grant(functions: FunctionGrants): Promise<void>;
  drop(): Promise<void>;
}

/**
 * Makes an empty, migrated database: a clone of a template that is migrated once. On the server of DATABASE_URL, whose
 * role must be allowed to create databases and whose named database is not touched, or else on the embedded server.
 *
 * @throws Error when the role of DATABASE_URL may not create databases
 */
export async function createTestDatabase({ workspaceRoot = workspace } = {}): Promise<TestDatabase> {
  const server = await openServer(workspaceRoot);
  try {
    await dropLeftovers(server.client);
    const template = await ensureTemplate(server, workspaceRoot);
    const name = `test_${randomBytes(8).toString('hex')}`;
    // Tells a clone in use from one that a killed run left behind.
    await server.client.query('SELECT pg_advisory_lock($1, hashtext($2))', [cloneLock, name]);
    await server.client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    // Of all that a template holds, only the rights on itself are not copied.
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
      ? new Error('DATABASE_URL: tests make a database of their own, so its role needs CREATEDB.', {
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

async function openServer(workspaceRoot: string): Promise<Server> {
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) return leaseServer(workspaceRoot);
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  return {
    client,
    url: (database) => {
      const url = new URL(DATABASE_URL);
      url.pathname = `/${database}`;
      return url.href;
    },
    release: () => client.end(),
  };
}

/** The name of the template for today's migrations and contracts. It has its comment only when it is whole. */
async function ensureTemplate({ client, url }: Server, workspaceRoot: string): Promise<string> {
  const template = `template_${(await templateHash(workspaceRoot)).slice(0, 12)}`;
  const isWhole = async () => {
    const { rows } = await client.query(
      `SELECT shobj_description(oid, 'pg_database') = 'migrated' AS whole FROM pg_database WHERE datname = $1`,
      [template],
    );
    return rows[0]?.whole === true;
  };
  if (await isWhole()) return template;

  await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
  try {
    if (await isWhole()) return template;
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${template}`);
    await migrate(url(template));
    await grantAll({ ownerUrl: url(template), prefix: 'test' }, await readGrants(workspaceRoot));
    await client.query(`COMMENT ON DATABASE ${template} IS 'migrated'`);
    return template;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [templateLock]);
  }
}

async function templateHash(workspaceRoot: string): Promise<string> {
  const hash = createHash('sha256').update(await migrationsHash());
  // Which endpoints there are, which units hold them, and what they declare.
  const files = ['functions/{,*/}package.json', 'functions/*/*/src/contract.ts'];
  for (const file of globSync(files, { cwd: workspaceRoot }).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(workspaceRoot, file)));
  }
  return hash.digest('hex');
}

async function readGrants(workspaceRoot: string): Promise<FunctionGrants> {
  const packing = readPacking(workspaceRoot);
  return allGrants(packing, await readContracts(workspaceRoot, packing));
}

async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname ~ '^test_[0-9a-f]{16}$'`,
  );
  for (const { name } of rows) {
    const { rows: locks } = await client.query('SELECT pg_try_advisory_lock($1, hashtext($2)) AS free', [
      cloneLock,
      name,
    ]);
    if (!locks[0].free) continue;
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [cloneLock, name]);
  }
}
