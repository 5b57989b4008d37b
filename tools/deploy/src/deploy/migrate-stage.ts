import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { migrate } from '@nanoservices/data-access/migrate';
import { databaseUrlParameter, type Stage } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { WorkspaceFunction } from '../settings/read-deployment.ts';
import { addRoles } from './function-roles.ts';

/**
 * Brings the database of a stage up to date: its schema, and the roles of the functions. Of several runs at once, one
 * migrates and the others wait.
 *
 * @returns what was done, in words
 * @throws UsageError when there is no connection string, or nobody answers at its address
 */
export async function migrateStage(stage: Stage, functions: readonly WorkspaceFunction[]): Promise<string[]> {
  const url = await ownerUrl(stage);
  try {
    const applied = await migrate(url);
    const renewed = await addRoles(stage, url, functions);
    return [
      ...(applied.length > 0 ? [`applied ${applied.join(', ')}`] : []),
      ...(renewed.length > 0 ? [`new passwords for ${renewed.join(', ')}`] : []),
    ];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code ?? '')) throw error;
    throw new UsageError(
      `The database of ${stage.name} cannot be reached from here (${code}). Deploy from a machine that can, or migrate from one and add --skip-migrations.`,
    );
  }
}

/**
 * The connection string of the role that owns the tables: the environment variable DATABASE_URL, or the stage's parameter
 * of Systems Manager.
 *
 * @throws UsageError when there is neither
 */
export async function ownerUrl(stage: Stage): Promise<string> {
  return process.env.DATABASE_URL ?? (await readParameter(stage));
}

async function readParameter(stage: Stage): Promise<string> {
  const name = databaseUrlParameter(stage);
  const client = new SSMClient({ region: stage.region, maxAttempts: 8 });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw error;
    throw new UsageError(
      `The parameter ${name} is missing in ${stage.region}. It holds the connection string of the stage's database: aws ssm put-parameter --region ${stage.region} --name ${name} --type SecureString --value postgres://...`,
    );
  }
}
