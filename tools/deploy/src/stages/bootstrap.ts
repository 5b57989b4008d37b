import type { PackedApplication, PackedFunction, Stage } from '@nanoservices/model';
import {
  createDatabase,
  hasDatabase,
  inDatabase,
  readConnectionString,
  tryConnection,
} from '@nanoservices/postgres/admin';
import { checkFunctionsAddress } from '../deploy/database-address.ts';
import type { Decision } from '../deploy/decide.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { requireAccount } from '../live/account.ts';
import { Parameters } from '../live/parameters.ts';
import {
  missingOf,
  missingSecretsText,
  readSecrets,
  type SecretOf,
  setSecret,
} from '../operate/stage-secrets.ts';
import { databaseUrlParameter, secretParameter } from '../stacks/names.ts';
import { servedApplication } from '../stacks/served-application.ts';
import { boundaryName } from './boundary.ts';
import { previewDatabaseName, previewServer } from './preview-database.ts';

/**
 * A part of what the first deployment to a stage needs.
 *
 * - `there`: it was there
 * - `made`: it was made; in a dry run, it would be
 * - `left`: it is missing, and only a person can provide it
 */
export interface BootstrapStep {
  readonly name: 'account' | 'database' | 'platform' | 'secrets';
  readonly state: 'there' | 'made' | 'left';
  readonly text: string;
}

export interface BootstrapRequest {
  readonly stage: Stage;
  /** The stage that a preview inherits from, on whose server it gets its database. */
  readonly parent: Stage | undefined;
  readonly application: PackedApplication;
  /** Dry-run mode: nothing is made. */
  readonly isDryRun: boolean;
  /** Asks a person for the connection string of the owner of the database; undefined when there is nobody. */
  readonly askDatabaseUrl: (() => Promise<string>) | undefined;
  /** Deploys the platform, or decides in a dry run. */
  readonly deployPlatform: () => Promise<Decision>;
  /** Called with each step, as soon as it is done. */
  readonly done: (step: BootstrapStep) => void;
}

/**
 * Checks and makes what the first deployment to a stage needs. What is there already stays, so it can be repeated.
 *
 * @throws UsageError when a setting or a connection string is wrong
 * @throws Failed when AWS cannot be used
 */
export async function bootstrapStage(request: BootstrapRequest): Promise<void> {
  const { stage, application: packed, done } = request;
  await requireAccount(stage);
  done({ name: 'account', state: 'there', text: `AWS accepts the credentials in ${stage.region}` });
  const { functions } = servedApplication(stage, packed).application;
  if (functions.some(({ usesDatabase }) => usesDatabase)) done(await databaseStep(request));
  const { action, reason } = await request.deployPlatform();
  done({
    name: 'platform',
    state: action === 'skip' ? 'there' : 'made',
    text: action === 'skip' ? 'the deployment bucket is there' : `the deployment bucket: ${reason}`,
  });
  for (const step of await secretSteps(request, functions)) done(step);
}

async function databaseStep(request: BootstrapRequest): Promise<BootstrapStep> {
  const { stage, parent } = request;
  const name = databaseUrlParameter(stage);
  const parameters = new Parameters(stage.region);
  const isThere = (await parameters.read([name], false)).has(name);
  if (parent) return previewStep(request, parent, isThere);
  if (isThere) return tryDatabase(stage);
  if (request.isDryRun || !request.askDatabaseUrl)
    return { name: 'database', state: 'left', text: howToStore(stage) };
  const source = 'The connection string';
  const url = readConnectionString(await request.askDatabaseUrl(), source, {});
  checkFunctionsAddress(url, source);
  await writeUrl(parameters, stage, url);
  const { state, text } = await tryDatabase(stage);
  return { name: 'database', state: state === 'there' ? 'made' : state, text };
}

async function tryDatabase(stage: Stage): Promise<BootstrapStep> {
  const { urlFromHere, source } = await stageDatabase(stage);
  const failure = await tryConnection(urlFromHere, source);
  if (!failure)
    return { name: 'database', state: 'there', text: `${databaseUrlParameter(stage)} leads to the database` };
  const text = `${failure} If only functions reach it, deploy with a tunnel in DEPLOY_DATABASE_URL, or with --skip-migrations.`;
  return { name: 'database', state: 'left', text };
}

/** A database of the preview's own: what it writes and migrates concerns no other stage. */
async function previewStep(
  { stage, isDryRun }: BootstrapRequest,
  parent: Stage,
  hasParameter: boolean,
): Promise<BootstrapStep> {
  const server = await previewServer(stage, parent);
  const database = previewDatabaseName(stage);
  const parameter = databaseUrlParameter(stage);
  // Removal of a stage begins with what AWS knows, so a database without a parameter would stay forever.
  if (!hasParameter && !isDryRun) {
    await writeUrl(new Parameters(stage.region), stage, inDatabase(server.url, database));
  }
  const isMissing = await whereReachable(server, async () =>
    isDryRun
      ? !(await hasDatabase(server.urlFromHere, database))
      : createDatabase(server.urlFromHere, database),
  );
  const isThere = hasParameter && !isMissing;
  return {
    name: 'database',
    state: isThere ? 'there' : 'made',
    text: `${database} on the server of ${parent.name}; ${parameter} leads to it`,
  };
}

async function writeUrl(parameters: Parameters, stage: Stage, value: string): Promise<void> {
  await parameters.write({
    name: databaseUrlParameter(stage),
    description: `Connection string of the owner of the database of ${stage.application}-${stage.name}`,
    value,
    keyArn: stage.databaseUrlKeyArn,
  });
}

function howToStore(stage: Stage): string {
  const name = databaseUrlParameter(stage);
  return `the parameter ${name} is missing. It holds the connection string of a role that owns the database and its tables and has CREATEROLE: aws ssm put-parameter --region ${stage.region} --name ${name} --type SecureString --value 'postgres://...?sslmode=verify-full'`;
}

/** A preview gets the secrets that are set on the stage that it inherits from, where it has none: also those that functions can lack. */
async function secretSteps(
  { stage, parent, isDryRun }: BootstrapRequest,
  functions: readonly PackedFunction[],
): Promise<BootstrapStep[]> {
  const secrets = await readSecrets(stage, functions);
  const unset = secrets.filter(({ setAt }) => setAt === undefined);
  const found = parent
    ? await new Parameters(stage.region).read(
        unset.map((one) => secretParameter(parent, one)),
        !isDryRun,
      )
    : new Map();
  const inheritedValue = (one: SecretOf): string | undefined =>
    parent && found.get(secretParameter(parent, one))?.Value;
  const inherited = unset.filter((one) => inheritedValue(one) !== undefined);
  if (!isDryRun) for (const one of inherited) await setSecret(stage, one, inheritedValue(one) as string);
  const left = missingOf(secrets).filter((one) => !inherited.includes(one));
  return [
    ...(inherited.length > 0
      ? [
          made(
            'secrets',
            `${inherited.map(({ name, function: owner }) => `${name} of ${owner}`).join(', ')}, as on ${parent?.name}`,
          ),
        ]
      : []),
    ...(left.length > 0
      ? [{ name: 'secrets', state: 'left', text: missingSecretsText(stage, left) } as const]
      : []),
  ];
}

function made(name: BootstrapStep['name'], text: string): BootstrapStep {
  return { name, state: 'made', text };
}

/** @returns what a person may want to do beside, in sentences */
export function bootstrapAdvice(stage: Stage, application: PackedApplication): string[] {
  const { leftOut } = servedApplication(stage, application);
  const key = stage.preview?.pattern ?? stage.name;
  return [
    ...(leftOut.length > 0
      ? [
          `${stage.file}: stage "${key}" has no "jwt", so ${leftOut.length} endpoints that want a token are not deployed.`,
        ]
      : []),
    ...(stage.permissionsBoundary === undefined
      ? [
          `To deploy from GitHub, deploy a role: npx nanos stage deployer-role --stage '${key}' > role.yml. It wants "permissionsBoundary": "${boundaryName(stage)}" in stage "${key}" of ${stage.file}.`,
        ]
      : []),
  ];
}

/**
 * The stage that a preview inherits from.
 *
 * @param read - reads a stage by its name
 * @returns undefined for a stage that inherits from none
 */
export function parentOf({ preview }: Stage, read: (name: string) => Stage): Stage | undefined {
  return preview?.inherits === undefined ? undefined : read(preview.inherits);
}
