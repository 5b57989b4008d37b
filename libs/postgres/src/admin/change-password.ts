import pg from 'pg';
import { connect } from './connect.ts';
import { scramVerifier } from './scram.ts';

/**
 * Changes the password of a role, and stores it for those who log in: the change is committed as soon as `store` resolves, and undone
 * when it rejects. Sessions of the role go on. A login between the two is refused, so those who read the stored password
 * read it again when a login fails.
 *
 * @param databaseUrl - connection string of the role that made the role
 * @param password - ASCII
 * @throws Error of PostgreSQL or of `store`. When the connection breaks during the commit, nobody knows whether the password is
 * changed: `isPasswordWrong` tells
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

/**
 * Tells if the server knows role and password, but not together, or does not let the role log in at all. A server that refuses for
 * another reason, such as the address of this machine or a limit, says nothing about the password.
 *
 * @throws Error when the server does not answer
 */
export async function isPasswordWrong(connectionString: string): Promise<boolean> {
  try {
    await (await connect(connectionString)).end();
    return false;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    const { code, message } = error;
    // 08P01: older versions of PgBouncer.
    if (code === '28P01' || (code === '08P01' && /authentication/.test(message))) return true;
    return code === '28000' && /not permitted to log in|does not exist/.test(message);
  }
}
