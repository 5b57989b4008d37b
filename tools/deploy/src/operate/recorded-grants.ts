import type { Grants } from '@nanoservices/postgres/grants';
import { Failed } from '../errors.ts';
import type { Revision } from '../live/live-functions.ts';
import { grantsVariable } from '../stacks/function-service.ts';

/**
 * Reads the rights that a version has recorded. Anyone who may configure the function may change the record, and rollback grants
 * it as the owner of the database. So it may name tables of contracts only.
 *
 * @param tables - tables that the contracts of the workspace declare
 * @throws Failed with the way out
 */
export function recordedGrants(
  name: string,
  { version, commit, grants = {}, grantsMistake }: Revision,
  tables: ReadonlySet<string>,
): Grants {
  const where = `${grantsVariable} of version ${version} of ${name}`;
  if (grantsMistake) {
    throw new Failed(
      `${where} is not what deploy has written: ${grantsMistake} Deploy the commit instead: ${commit ?? 'unknown'}.`,
    );
  }
  const undeclared = Object.keys(grants).find((table) => !tables.has(table));
  if (undeclared === undefined) return grants;
  throw new Failed(
    `${where} names the table "${undeclared}", which no contract of this workspace declares. If that is right, roll back in a checkout of the commit that it was deployed from: ${commit ?? 'unknown'}.`,
  );
}
