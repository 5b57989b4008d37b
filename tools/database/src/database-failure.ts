import { DatabaseMistake, readConnectionString, tryConnection } from '@nanoservices/postgres/admin';

/**
 * Tries the database of DATABASE_URL.
 *
 * @returns why it cannot be used: a sentence that names host or user, and the way out; undefined when it works, or there is
 * no DATABASE_URL
 */
export async function databaseFailure(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  const { DATABASE_URL } = env;
  if (!DATABASE_URL) return undefined;
  try {
    return await tryConnection(readConnectionString(DATABASE_URL, 'DATABASE_URL'), 'DATABASE_URL');
  } catch (error) {
    if (error instanceof DatabaseMistake) return error.message;
    throw error;
  }
}
