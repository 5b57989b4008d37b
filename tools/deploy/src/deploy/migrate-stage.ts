import { migrate } from '@nanoservices/data-access/migrate';
import type { Stage } from '@nanoservices/platform';
import type { WorkspaceFunction } from '../settings/read-deployment.ts';
import { addRoles } from './function-roles.ts';
import { stageDatabase, whereReachable } from './stage-database.ts';

/**
 * Brings the database of a stage up to date: its schema, and the roles of the functions. Of several runs at once, one
 * migrates and the others wait.
 *
 * @returns what was done, in words
 * @throws UsageError when there is no connection string, or nobody answers at its address
 */
export async function migrateStage(stage: Stage, functions: readonly WorkspaceFunction[]): Promise<string[]> {
  const database = await stageDatabase(stage);
  const work = async () => {
    const applied = await migrate(database.urlFromHere);
    const renewed = await addRoles(stage, database, functions);
    return [
      ...(applied.length > 0 ? [`applied ${applied.join(', ')}`] : []),
      ...(renewed.length > 0 ? [`new passwords for ${renewed.join(', ')}`] : []),
    ];
  };
  const otherwise = 'To deploy without, migrate from elsewhere and add --skip-migrations.';
  return whereReachable(stage, work, otherwise);
}
