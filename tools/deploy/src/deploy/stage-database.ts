import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Stage, UsageError } from '@nanoservices/model';
import { databaseUrlParameter } from '../stacks/names.ts';

/** The address of a stage's database. */
export interface StageDatabase {
  /** The connection string of the role that owns the tables, with the address that functions use. */
  readonly url: string;
  /** The same, with the address that this machine uses. */
  readonly urlFromHere: string;
}

/**
 * Reads the connection string of a stage's database from Systems Manager. The environment variable DEPLOY_DATABASE_URL
 * replaces it on this machine, for example with the end of a tunnel. DATABASE_URL is ignored: it names a development
 * database, and is often set unnoticed.
 *
 * @throws UsageError when the parameter is missing
 */
export async function stageDatabase(stage: Stage): Promise<StageDatabase> {
  const url = await readParameter(stage);
  return { url, urlFromHere: process.env.DEPLOY_DATABASE_URL || url };
}

/**
 * Runs work that needs the database of a stage.
 *
 * @param otherwise - an alternative for the message, if there is one
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
