import { basename, dirname } from 'node:path';
import { findHandler } from '@nanoservices/model';
import { afterAll, expect } from 'vitest';
import { createTestDatabase } from './test-database.ts';

/**
 * Vitest runs this before each test file, and gives the file a separate database: DATABASE_URL connects as its owner. In the
 * folder of a handler, FUNCTION_DATABASE_URL connects as the role of the function.
 */
const before = process.env.DATABASE_URL;
const database = await createTestDatabase();
process.env.DATABASE_URL = database.url;
const folder = dirname(`${expect.getState().testPath}`);
if (findHandler(dirname(folder), '.') && basename(folder) === 'src') {
  process.env.FUNCTION_DATABASE_URL = database.functionUrl(basename(dirname(folder)));
}

afterAll(async () => {
  delete process.env.FUNCTION_DATABASE_URL;
  if (before === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = before;
  await database.drop();
});
