import { createHash } from 'node:crypto';
import { IdempotencyKeyReused } from '@nanoservices/endpoint';
import { type Query, transaction } from './connection.ts';

/** Create request that a client may retry. */
export interface IdempotentRequest {
  /**
   * Owner of the key: the caller, or whatever tells clients apart. Any text. Undefined or "" if anonymous: then the key is not used,
   * since one stranger would get the response of another.
   */
  readonly owner: string | undefined;
  /** Idempotency-Key of the request, which the schema `IdempotencyKey` limits; without one, every request creates. */
  readonly key: string | undefined;
  /** Body of the request. The same key with another body is refused. */
  readonly body: unknown;
}

/**
 * Runs `create` once for all requests with the same owner, key and body, and gives each of them the same result. A
 * request that arrives while the first is in progress waits for it. Keys are valid for 24 hours. Without an owner or a key, each
 * request creates.
 *
 * The table keeps the results, written in the transaction of `create`. It has the columns `caller text`, `key text`,
 * `request_hash text`, `response json` and `created_at timestamptz DEFAULT now()`, with the primary key `(caller, key)`.
 * The column `caller` has the owner as it is, or its hash where PostgreSQL cannot store or index the owner.
 *
 * @param table - `schema.table`, in lower case
 * @throws IdempotencyKeyReused when the key came with another body before
 * @throws TypeError when the table's name is not of that form
 */
export function createOnce<Result>(
  table: string,
  { owner, key, body }: IdempotentRequest,
  create: (query: Query) => Promise<Result>,
): Promise<Result> {
  requireName(table);
  if (key === undefined || !owner) return transaction(create);
  const requestHash = hash(body);
  const caller = storedOwner(owner);

  return transaction(async (query) => {
    // Waits for a concurrent transaction with the same key. Afterwards the key exists with its result, or belongs to this request.
    const inserted = await query(
      `INSERT INTO ${table} AS known (caller, key, request_hash) VALUES ($1, $2, $3)
       ON CONFLICT (caller, key) DO UPDATE SET request_hash = $3, response = NULL, created_at = now()
         WHERE ${isExpired('known')} RETURNING 1`,
      [caller, key, requestHash],
    );
    // After the INSERT, this request holds its own key. Two requests that each wait for the other's key would never end.
    await forgetExpired(table, query);
    if (inserted.length > 0) {
      const response = await create(query);
      await query(`UPDATE ${table} SET response = $3 WHERE caller = $1 AND key = $2`, [
        caller,
        key,
        JSON.stringify(response),
      ]);
      return response;
    }
    const [stored] = await query<{ requestHash: string; response: Result }>(
      `SELECT request_hash AS "requestHash", response FROM ${table} WHERE caller = $1 AND key = $2`,
      [caller, key],
    );
    if (stored?.requestHash !== requestHash) throw new IdempotencyKeyReused();
    return stored.response;
  });
}

/**
 * Forgets the keys and results that {@link createOnce} keeps of an owner, such as a user who is deleted: results may hold
 * personal data.
 *
 * @param query - of the transaction that deletes the owner
 * @throws TypeError when the table's name is not of the form schema.table
 */
export async function forgetKeys(table: string, owner: string, query: Query): Promise<void> {
  requireName(table);
  await query(`DELETE FROM ${table} WHERE caller = $1`, [storedOwner(owner)]);
}

/** The name becomes a part of statements, unquoted. */
function requireName(table: string): void {
  if (/^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$/.test(table)) return;
  throw new TypeError(`"${table}" is not of the form schema.table, in lower case.`);
}

/** Each create request deletes a few expired keys, so no scheduled job is needed. */
async function forgetExpired(table: string, query: Query): Promise<void> {
  await query(
    `DELETE FROM ${table} WHERE (caller, key) IN (
       SELECT caller, key FROM ${table} AS known WHERE ${isExpired('known')}
       ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`,
  );
}

function isExpired(row: string): string {
  return `${row}.created_at < now() - interval '24 hours'`;
}

const hashPrefix = 'sha256:';

/**
 * Keeps short owners readable in the table. An owner is hashed when it contains NUL (SQLSTATE 22021) or a lone surrogate,
 * which UTF-8 would replace, and when it is long: an index row holds 2,704 bytes, and owner and key are in one. An owner
 * that looks like a hash is hashed, too, so that no two owners have one form.
 */
function storedOwner(owner: string): string {
  const isStorable =
    owner.length <= 255 && owner.isWellFormed() && !owner.includes('\0') && !owner.startsWith(hashPrefix);
  return isStorable ? owner : `${hashPrefix}${hash(owner)}`;
}

/** Hashes JSON: it escapes lone surrogates, which remain different. */
function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}
