import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Layout, readLayout, readWorkspace } from '@nanoservices/model';
import { advisoryLocks, migrate, migrationsHash } from '@nanoservices/postgres/admin';
import pg from 'pg';
import { testRolesVariable } from '../acquire-database.ts';
import { type FunctionGrants, functionUrl, grantAll } from '../function-roles.ts';
import { leaseServer } from '../lease.ts';

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
  const server = await openServer(workspaceRoot);
  try {
    await dropLeftovers(server.client);
    const template = await ensureTemplate(server, layout);
    const name = `test_${randomBytes(8).toString('hex')}`;
    // Distinguishes a clone in use from the leftover of a killed run.
    await server.client.query('SELECT pg_advisory_lock($1, hashtext($2))', [
      advisoryLocks.testDatabase,
      name,
    ]);
    await server.client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
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
      ? new Error('DATABASE_URL: tests create databases, so its role needs CREATEDB.', {
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

async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     -- Advisory locks belong to a database: from within a clone, every other one looks like a leftover.
     WHERE datname ~ '^test_[0-9a-f]{16}$' AND current_database() !~ '^test_'`,
  );
  for (const { name } of rows) {
    const { rows: locks } = await client.query('SELECT pg_try_advisory_lock($1, hashtext($2)) AS free', [
      advisoryLocks.testDatabase,
      name,
    ]);
    if (!locks[0].free) continue;
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [advisoryLocks.testDatabase, name]);
  }
}
