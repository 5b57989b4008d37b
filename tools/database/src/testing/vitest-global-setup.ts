import { databaseFailure } from '../database-failure.ts';

/** Vitest runs this once, before the test files: a DATABASE_URL that cannot be used is told once, not by each file. */
export default async function checkDatabase(): Promise<void> {
  const failure = await databaseFailure();
  if (failure === undefined) return;
  const error = new Error(failure);
  // A person cannot do anything about this file.
  error.stack = failure;
  throw error;
}
