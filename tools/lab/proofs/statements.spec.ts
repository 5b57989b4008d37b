import { checkStatements } from '@nanoservices/database/statements';
import { readLayout } from '@nanoservices/model';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

it('the statements of the sample have the types that its code says', async () => {
  const { checked, mistakes, unknown } = await checkStatements(
    readLayout(repositoryRoot),
    process.env.DATABASE_URL as string,
  );
  expect(mistakes).toEqual([]);
  expect(checked).toBeGreaterThan(15);
  // The table of idempotency keys is a parameter.
  expect(unknown.filter((place) => !place.startsWith('libs/postgres/src/idempotency.ts:'))).toEqual([]);
});
