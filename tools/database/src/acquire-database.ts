import type { Layout } from '@nanoservices/model';
import { ensureDevelopmentDatabase } from './development-database.ts';
import { type FunctionGrants, functionUrl, grantAll, grantFunctions } from './function-roles.ts';
import { leaseServer } from './lease.ts';

/** Environment variable: DATABASE_URL names a database of `createTestDatabase`, in which functions have roles. */
export const testRolesVariable = 'DATABASE_TEST_ROLES';

/** The right to use a database until `release` or the end of the process. */
export interface DatabaseLease {
  /** Connection string of the owner of the tables. */
  readonly url: string;
  /** Gives the roles of functions exactly these rights. A database of DATABASE_URL stays as it is. */
  grant(functions: FunctionGrants): Promise<void>;
  /** @returns the connection string of a function, as the role that `grant` made */
  functionUrl(functionName: string): string;
  release(): Promise<void>;
}

/**
 * Gives a database for development: the database of the environment variable DATABASE_URL, as it is, or a database of the
 * workspace's embedded PostgreSQL, which is started, migrated and seeded when needed.
 *
 * @param layout - the workspace with the migrations, the seed and the embedded server
 * @param env - the variables that name a database: `environment` of a test database, or DATABASE_URL
 * @throws Error when the embedded server does not start or a migration fails
 */
export async function acquireDatabase(
  layout: Pick<Layout, 'root' | 'database'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<DatabaseLease> {
  const { DATABASE_URL, [testRolesVariable]: hasTestRoles } = env;
  if (DATABASE_URL) {
    const roles = { ownerUrl: DATABASE_URL, prefix: 'test' } as const;
    return {
      url: DATABASE_URL,
      grant: async (functions) => {
        if (hasTestRoles) await grantAll(roles, functions);
      },
      functionUrl: (functionName) => (hasTestRoles ? functionUrl(roles, functionName) : DATABASE_URL),
      release: async () => {},
    };
  }
  const lease = await leaseServer(layout.root);
  try {
    const url = await ensureDevelopmentDatabase(lease, layout.database);
    const roles = { ownerUrl: url, prefix: 'local' } as const;
    return {
      url,
      grant: (functions) => grantFunctions(lease.client, roles, functions, layout.database),
      functionUrl: (functionName) => functionUrl(roles, functionName),
      release: lease.release,
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}
