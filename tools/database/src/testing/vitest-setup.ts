import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { createTestDatabase } from './test-database.ts';

/**
 * Vitest runs this before each test file: the file gets a database of its own, as its owner in DATABASE_URL. Beside an
 * endpoint's handler, FUNCTION_DATABASE_URL is what the handler connects with: its own role.
 */
const before = process.env.DATABASE_URL;
const database = await createTestDatabase();
process.env.DATABASE_URL = database.url;
const folder = dirname(`${expect.getState().testPath}`);
if (existsSync(join(folder, 'handler.ts'))) {
  process.env.FUNCTION_DATABASE_URL = database.functionUrl(basename(dirname(folder)));
}

afterAll(async () => {
  delete process.env.FUNCTION_DATABASE_URL;
  if (before === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = before;
  await database.drop();
});
