import type { DatabaseFiles, Layout } from '@nanoservices/model';
import { readConnectionString } from '@nanoservices/postgres/admin';
import { EmbeddedDatabase } from './embedded-database.ts';
import { ExternalDatabase } from './external-database.ts';
import type { FunctionGrants } from './function-roles.ts';

/** Environment variable: DATABASE_URL names a database of `createTestDatabase`, in which functions have roles. */
export const testRolesVariable = 'DATABASE_TEST_ROLES';

/** News for the person at the terminal. */
export interface DatabaseNews {
  readonly level: 'info' | 'error';
  readonly text: string;
}

/** The right to use a database until `release` or the end of the process. */
export interface DatabaseLease {
  /** Connection string of the owner of the tables. */
  readonly url: string;
  /** True for the database of DATABASE_URL. */
  readonly isExternal: boolean;
  /** Kind and address, without user and password. */
  readonly description: string;
  /** Changes that were needed, or a reason why the database of DATABASE_URL is not up to date. */
  readonly notes: readonly string[];
  /** Gives the roles of functions exactly these rights. A database of DATABASE_URL stays as it is. */
  grant(functions: FunctionGrants): Promise<void>;
  /** @returns the connection string of a function, as the role that `grant` made */
  functionUrl(functionName: string): string;
  /**
   * Applies new migrations, and a seed that has changed. A database of DATABASE_URL stays as it is.
   *
   * @returns the changes in words, as in `notes`
   * @throws DatabaseMistake when a migration or the seed fails, or an applied migration has changed
   */
  update(files: DatabaseFiles | undefined): Promise<string[]>;
  /** Keeps what was granted, whoever changes or recreates the database, until `release`. */
  watch(tell: (news: DatabaseNews) => void): void;
  release(): Promise<void>;
}

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
