import { afterAll } from 'vitest';
import { createTestDatabase } from './test-database.ts';

/** Vitest runs this before each test file: the file gets a database of its own, in DATABASE_URL. */
const before = process.env.DATABASE_URL;
const database = await createTestDatabase();
process.env.DATABASE_URL = database.url;

afterAll(async () => {
  if (before === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = before;
  await database.drop();
});
