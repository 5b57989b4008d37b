import type { DatabaseFiles, PackedFunction, Stage } from '@nanoservices/model';
import { connectionsOf, type LiveVersion, migrate } from '@nanoservices/postgres/admin';
import { connectionLimits } from './connection-budget.ts';
import { addRoles } from './function-roles.ts';
import { type StageDatabase, whereReachable } from './stage-database.ts';

export interface MigrateHooks {
  /** Called once before migrations are applied, if there are any. */
  readonly beforeChange: () => Promise<void>;
  /** Reads the live versions, which no migration may break. */
  readonly readLive: () => Promise<readonly LiveVersion[]>;
}

/**
 * Updates the database of a stage: its schema, and the roles of the functions. Of several runs at once, one migrates and
 * the others wait.
 *
 * @param files - the application's migrations
 * @returns the changes, in words
 * @throws DatabaseMistake when a migration fails, or would break a live version
 * @throws UsageError when the database cannot be reached, or takes fewer connections than the stage may use
 */
export async function migrateStage(
  stage: Stage,
  database: StageDatabase,
  functions: readonly PackedFunction[],
  files: DatabaseFiles | undefined,
  { beforeChange, readLive }: MigrateHooks,
): Promise<string[]> {
  const work = async () => {
    const limits = connectionLimits(stage, functions, await connectionsOf(database.urlFromHere));
    const applied = files
      ? await migrate(database.urlFromHere, files.migrations, { beforeApply: beforeChange, readLive })
      : [];
    const renewed = await addRoles(stage, database, functions, limits);
    return [
      ...(applied.length > 0 ? [`applied ${applied.join(', ')}`] : []),
      ...(renewed.length > 0 ? [`new passwords for ${renewed.join(', ')}`] : []),
    ];
  };
  return whereReachable(database, work);
}
