import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Stage, UsageError } from '@nanoservices/model';
import {
  databaseOf,
  explainConnectionFailure,
  readConnectionString,
  tryConnection,
} from '@nanoservices/postgres/admin';
import { databaseUrlParameter } from '../stacks/names.ts';
import { checkAddressFromHere, checkFunctionsAddress } from './database-address.ts';

/** The address of a stage's database. */
export interface StageDatabase {
  /** The connection string of the role that owns the tables, with the address that functions use. */
  readonly url: string;
  /** The same, with the address that this machine uses. */
  readonly urlFromHere: string;
  /** The name of what holds `urlFromHere`, for messages. */
  readonly source: string;
}

/**
 * Reads the connection string of a stage's database from Systems Manager. The environment variable DEPLOY_DATABASE_URL
 * replaces it on this machine, for example with the end of a tunnel. DATABASE_URL is ignored: it names a development
 * database, and is often set unnoticed.
 *
 * @param here - the connection string that replaces it on this machine
 * @throws UsageError when the parameter is missing, or the variable names another database than the parameter: a tunnel
 * replaces host and port only; when a connection string leaves TLS open, or functions cannot use it
 * @throws DatabaseMistake when it holds no connection string
 */
export async function stageDatabase(
  stage: Stage,
  here = process.env.DEPLOY_DATABASE_URL,
): Promise<StageDatabase> {
  const parameter = `The parameter ${databaseUrlParameter(stage)}`;
  // The variables of libpq are those of this machine.
  const url = readConnectionString(await readParameter(stage), parameter, {});
  checkFunctionsAddress(url, parameter);
  if (!here) return { url, urlFromHere: url, source: parameter };
  const source = 'DEPLOY_DATABASE_URL';
  const urlFromHere = readConnectionString(here, source);
  checkAddressFromHere(urlFromHere, source);
  if (databaseOf(urlFromHere) !== databaseOf(url)) {
    throw new UsageError(
      `${source} names the database "${databaseOf(urlFromHere)}", but the database of the stage ${stage.name} is "${databaseOf(url)}" (${databaseUrlParameter(stage)}). A tunnel replaces host and port only.`,
    );
  }
  return { url, urlFromHere, source };
}

/**
 * Finds the database of a stage, and checks that it can be used from here.
 *
 * @param otherwise - an alternative for the message
 * @throws UsageError with the reason and the way out
 */
export async function requireDatabase(stage: Stage, otherwise: string): Promise<StageDatabase> {
  const database = await stageDatabase(stage);
  const failure = await tryConnection(database.urlFromHere, database.source);
  if (failure) throw new UsageError(`${failure} ${tunnel} ${otherwise}`);
  return database;
}

/**
 * Runs work that needs the database of a stage.
 *
 * @throws UsageError with the reason and the way out when the database cannot be used
 */
export async function whereReachable<Result>(
  { urlFromHere, source }: StageDatabase,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const failure = explainConnectionFailure(error, urlFromHere, source);
    throw failure ? new UsageError(`${failure} ${tunnel}`, { cause: error }) : error;
  }
}

const tunnel =
  'If it cannot be reached from here, run this on a machine that can, or open a tunnel and name its end in DEPLOY_DATABASE_URL.';

async function readParameter(stage: Stage): Promise<string> {
  const name = databaseUrlParameter(stage);
  const client = new SSMClient({ region: stage.region, maxAttempts: 8 });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return Parameter?.Value ?? '';
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw error;
    throw new UsageError(
      `The parameter ${name} is missing in ${stage.region}. It holds the connection string of the stage's database: aws ssm put-parameter --region ${stage.region} --name ${name} --type SecureString --value 'postgres://...?sslmode=verify-full'`,
    );
  }
}
