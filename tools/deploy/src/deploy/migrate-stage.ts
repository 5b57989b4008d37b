import type { DatabaseFiles, PackedFunction, Stage } from '@nanoservices/model';
import { connectionsOf, migrate } from '@nanoservices/postgres/admin';
import { connectionLimits } from './connection-budget.ts';
import { addRoles } from './function-roles.ts';
import { type StageDatabase, whereReachable } from './stage-database.ts';

/**
 * Updates the database of a stage: its schema, and the roles of the functions. Of several runs at once, one migrates and
 * the others wait.
 *
 * @param files - the application's migrations
 * @param beforeChange - called once before migrations are applied, if there are any
 * @returns the changes, in words
 * @throws UsageError when the database cannot be reached, or takes fewer connections than the stage may use
 */
export async function migrateStage(
  stage: Stage,
  database: StageDatabase,
  functions: readonly PackedFunction[],
  files: DatabaseFiles | undefined,
  beforeChange: () => Promise<void>,
): Promise<string[]> {
  const work = async () => {
    const limits = connectionLimits(stage, functions, await connectionsOf(database.urlFromHere));
    const applied = files
      ? await migrate(database.urlFromHere, files.migrations, { beforeApply: beforeChange })
      : [];
    const renewed = await addRoles(stage, database, functions, limits);
    return [
      ...(applied.length > 0 ? [`applied ${applied.join(', ')}`] : []),
      ...(renewed.length > 0 ? [`new passwords for ${renewed.join(', ')}`] : []),
    ];
  };
  return whereReachable(database, work);
}
