import { fileURLToPath } from 'node:url';
import { ensureDevelopmentDatabase } from './development-database.ts';
import { type FunctionGrants, functionUrl, grantAll, grantFunctions } from './function-roles.ts';
import { leaseServer } from './lease.ts';

/** The root of this workspace. */
export const workspace = fileURLToPath(new URL('../../..', import.meta.url));

/** Set when DATABASE_URL names a database that `createTestDatabase` has made: functions then have roles there, too. */
export const testRolesVariable = 'DATABASE_TEST_ROLES';

/** The right to use a database until it is released or the process ends. */
export interface DatabaseLease {
  /** Connection string of the owner of the tables. */
  readonly url: string;
  /** Lets functions do what they need, and nothing else. Not in a database of DATABASE_URL: that is used as it is. */
  grant(functions: FunctionGrants): Promise<void>;
  /** Connection string of a function that was granted something: that of its own role. */
  functionUrl(functionName: string): string;
  release(): Promise<void>;
}

/**
 * Gives a database for development: that of the environment variable DATABASE_URL, as it is, or else the one of the
 * workspace's embedded PostgreSQL, started when it is down, migrated and with demo data.
 *
 * @param options.workspaceRoot - whose embedded server; this workspace's by default
 * @throws Error when the embedded server does not start or a migration fails
 */
export async function acquireDatabase({ workspaceRoot = workspace } = {}): Promise<DatabaseLease> {
  const { DATABASE_URL, [testRolesVariable]: hasTestRoles } = process.env;
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
  const lease = await leaseServer(workspaceRoot);
  try {
    const url = await ensureDevelopmentDatabase(lease);
    const roles = { ownerUrl: url, prefix: 'local' } as const;
    return {
      url,
      grant: (functions) => grantFunctions(lease.client, roles, functions),
      functionUrl: (functionName) => functionUrl(roles, functionName),
      release: lease.release,
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}
