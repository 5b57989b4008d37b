import { createHash } from 'node:crypto';
import { IdempotencyKeyReused } from '@nanoservices/validation';
import { type Query, transaction } from './connection.ts';

/** A create request that a client may send again when it got no answer. */
export interface IdempotentRequest {
  /** Whose keys the key is one of; empty for someone who is not logged in. */
  readonly caller: string;
  /** The client's Idempotency-Key; without one, every request creates. */
  readonly key: string | undefined;
  /** What the request asks for. */
  readonly body: unknown;
}

/**
 * Runs `create` once for all requests with the same caller, key and body, and gives each of them the same answer. A
 * request that comes while the first is under way waits for it. Keys are kept for 24 hours.
 *
 * @param schema - the schema whose `idempotency_keys` table remembers the answer, in the transaction of `create`
 * @throws IdempotencyKeyReused when the key came with another body before
 */
export function createOnce<Result>(
  schema: 'users' | 'games',
  { caller, key, body }: IdempotentRequest,
  create: (query: Query) => Promise<Result>,
): Promise<Result> {
  if (key === undefined) return transaction(create);
  const requestHash = createHash('sha256').update(JSON.stringify(body)).digest('base64');

  return transaction(async (query) => {
    await forgetExpired(schema, query);
    // Waits for a transaction that inserts the same key now: afterwards the key is either there, with its answer, or ours.
    const inserted = await query(
      `INSERT INTO ${schema}.idempotency_keys (caller, key, request_hash) VALUES ($1, $2, $3)
       ON CONFLICT (caller, key) DO NOTHING RETURNING 1`,
      [caller, key, requestHash],
    );
    if (inserted.length > 0) {
      const response = await create(query);
      await query(`UPDATE ${schema}.idempotency_keys SET response = $3 WHERE caller = $1 AND key = $2`, [
        caller,
        key,
        JSON.stringify(response),
      ]);
      return response;
    }
    const [stored] = await query<{ requestHash: string; response: Result }>(
      `SELECT request_hash AS "requestHash", response FROM ${schema}.idempotency_keys WHERE caller = $1 AND key = $2`,
      [caller, key],
    );
    if (stored?.requestHash !== requestHash) throw new IdempotencyKeyReused();
    return stored.response;
  });
}

/** Every create takes away a few expired keys, so the table needs no job of its own to stay small. */
async function forgetExpired(schema: string, query: Query): Promise<void> {
  await query(
    `DELETE FROM ${schema}.idempotency_keys WHERE (caller, key) IN (
       SELECT caller, key FROM ${schema}.idempotency_keys WHERE created_at < now() - interval '24 hours'
       ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)`,
  );
}
