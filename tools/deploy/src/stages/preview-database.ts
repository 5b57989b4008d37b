import type { Stage } from '@nanoservices/model';
import { databaseOf, inDatabase, readConnectionString } from '@nanoservices/postgres/admin';
import { checkAddressFromHere } from '../deploy/database-address.ts';
import { type StageDatabase, stageDatabase } from '../deploy/stage-database.ts';

/** The name of a preview's database: `shop-pr-12`. */
export function previewDatabaseName({ application, name }: Stage): string {
  return `${application}-${name}`;
}

/**
 * Finds the server of a preview's database: the one of the stage that it inherits from.
 *
 * @param parent - this stage
 * @returns the connection to this stage's database. DEPLOY_DATABASE_URL may name the database of either
 * @throws as {@link stageDatabase}
 */
export async function previewServer(stage: Stage, parent: Stage): Promise<StageDatabase> {
  const source = 'DEPLOY_DATABASE_URL';
  const { [source]: here } = process.env;
  if (!here) return stageDatabase(parent);
  const ofPreview = readConnectionString(here, source);
  if (databaseOf(ofPreview) !== previewDatabaseName(stage)) return stageDatabase(parent);
  checkAddressFromHere(ofPreview, source);
  const { url } = await stageDatabase(parent, '');
  return { url, urlFromHere: inDatabase(ofPreview, databaseOf(url)), source };
}
