import { fileURLToPath } from 'node:url';
import { ensureDevelopmentDatabase } from './development-database.ts';
import { leaseServer } from './lease.ts';

/** The root of this workspace. */
export const workspace = fileURLToPath(new URL('../../..', import.meta.url));

/** The right to use a database until it is released or the process ends. */
export interface DatabaseLease {
  /** Connection string. */
  readonly url: string;
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
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL) return { url: DATABASE_URL, release: async () => {} };
  const lease = await leaseServer(workspaceRoot);
  try {
    return { url: await ensureDevelopmentDatabase(lease), release: lease.release };
  } catch (error) {
    await lease.release();
    throw error;
  }
}
