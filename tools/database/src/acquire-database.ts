import type { Layout } from '@nanoservices/model';
import { readConnectionString } from '@nanoservices/postgres/admin';
import type { DatabaseLease } from './database-lease.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import { ExternalDatabase } from './external-database.ts';

/** Environment variable: DATABASE_URL names a database of `createTestDatabase`, in which functions have roles. */
export const testRolesVariable = 'DATABASE_TEST_ROLES';

/**
 * Gives a database for development: the database of the environment variable DATABASE_URL, as it is, or a database of the
 * workspace's embedded PostgreSQL, which is started, migrated and seeded when needed.
 *
 * @param layout - the workspace with the migrations, the seed and the embedded server
 * @param env - the variables that name a database: `environment` of a test database, or DATABASE_URL
 * @throws DatabaseMistake when DATABASE_URL is no connection string, a migration or the seed fails, or an applied migration
 * has changed
 * @throws Error when the embedded server does not start
 */
export async function acquireDatabase(
  layout: Pick<Layout, 'root' | 'database'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<DatabaseLease> {
  const { DATABASE_URL, [testRolesVariable]: hasTestRoles } = env;
  if (!DATABASE_URL) return EmbeddedDatabase.open(layout);
  const url = readConnectionString(DATABASE_URL, 'DATABASE_URL');
  return ExternalDatabase.open(url, Boolean(hasTestRoles), layout.database);
}
