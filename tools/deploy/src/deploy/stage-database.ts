import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { databaseUrlParameter, type Stage } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';

/** Where the database of a stage is. */
export interface StageDatabase {
  /** The connection string of the role that owns the tables, with the address that functions reach it at. */
  readonly url: string;
  /** The same from here. */
  readonly urlFromHere: string;
}

/**
 * Finds the database of a stage: in the stage's parameter of Systems Manager. The environment variable DEPLOY_DATABASE_URL
 * says how to reach it from here, as through a tunnel. DATABASE_URL says nothing of a stage: it names a database to develop
 * with, and is set where nobody thinks of it.
 *
 * @throws UsageError when the parameter is missing
 */
export async function stageDatabase(stage: Stage): Promise<StageDatabase> {
  const url = await readParameter(stage);
  return { url, urlFromHere: process.env.DEPLOY_DATABASE_URL || url };
}

/**
 * @param otherwise - another way out than to make it reachable, if there is one
 * @throws UsageError with the way out when the database does not answer
 */
export async function whereReachable<Result>(
  stage: Stage,
  work: () => Promise<Result>,
  otherwise = '',
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH'].includes(code ?? '')) throw error;
    throw new UsageError(
      `The database of ${stage.name} cannot be reached from here (${code}). Run this on a machine that can, or open a tunnel and name its end in DEPLOY_DATABASE_URL.${otherwise && ` ${otherwise}`}`,
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
