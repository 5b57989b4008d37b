import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { migrate } from '@nanoservices/data-access/migrate';
import { databaseUrlParameter, type Stage } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';

/**
 * Brings the database of a stage up to date. Its connection string is in the environment variable DATABASE_URL, or in the
 * stage's parameter of Systems Manager. Of several runs at once, one migrates and the others wait.
 *
 * @returns the names of the migrations that were applied
 * @throws UsageError when there is no connection string, or nobody answers at its address
 */
export async function migrateStage(stage: Stage): Promise<string[]> {
  const url = process.env.DATABASE_URL ?? (await readParameter(stage));
  try {
    return await migrate(url);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code ?? '')) throw error;
    throw new UsageError(
      `The database of ${stage.name} cannot be reached from here (${code}). Deploy from a machine that can, or migrate from one and add --skip-migrations.`,
    );
  }
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
