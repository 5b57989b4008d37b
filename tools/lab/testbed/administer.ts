import { connect } from '@nanoservices/postgres/admin';
import type pg from 'pg';

/**
 * Runs statements one after the other.
 *
 * @param url - connection string of a role that may
 * @returns the result of the last one
 */
export async function administer(url: string, ...statements: string[]): Promise<pg.QueryResult> {
  const client = await connect(url);
  try {
    let result: pg.QueryResult | undefined;
    for (const statement of statements) result = await client.query(statement);
    return result as pg.QueryResult;
  } finally {
    await client.end();
  }
}
