import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const iterations = 4096;

/**
 * Makes the SCRAM verifier that PostgreSQL stores in place of a password. A statement with the verifier holds no secret
 * that the server could log, as with psql's `\password`.
 *
 * @param password - ASCII, so that it needs no SASLprep
 * @see https://www.rfc-editor.org/rfc/rfc5803 and https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${key('Server Key').toString('base64')}`;
}
