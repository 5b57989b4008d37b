import pg from 'pg';
import { connect } from './connect.ts';
import { scramVerifier } from './scram.ts';

/**
 * Changes the password of a role, and stores it for those who log in: the change is committed as soon as `store` resolves, and not at
 * all when it rejects. Sessions of the role go on. A login between the two is refused, so those who read the stored password
 * read it again when a login fails.
 *
 * @param databaseUrl - connection string of the role that made the role
 * @param password - ASCII
 * @throws Error of PostgreSQL or of `store`
 */
export async function changePassword(
  databaseUrl: string,
  role: string,
  password: string,
  store: () => Promise<void>,
): Promise<void> {
  const client = await connect(databaseUrl);
  try {
    const verifier = pg.escapeLiteral(scramVerifier(password));
    await client.query(`BEGIN; ALTER ROLE ${pg.escapeIdentifier(role)} PASSWORD ${verifier}`);
    await store();
    await client.query('COMMIT');
  } finally {
    // The transaction ends with the connection.
    await client.end();
  }
}

/** @returns true when the server refuses the login: role and password do not belong together, or the role is not there */
export async function isLoginRefused(connectionString: string): Promise<boolean> {
  try {
    await (await connect(connectionString)).end();
    return false;
  } catch (error) {
    // Class 28: invalid authorization.
    if (error instanceof pg.DatabaseError && error.code?.startsWith('28')) return true;
    // It was let in, but for a limit.
    if (error instanceof pg.DatabaseError && error.code === '53300') return false;
    throw error;
  }
}
