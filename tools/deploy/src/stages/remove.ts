import { type Stage, UsageError } from '@nanoservices/model';
import {
  databaseOf,
  dropDatabase,
  dropRoles,
  hasDatabase,
  rolesWithPrefix,
} from '@nanoservices/postgres/admin';
import { type StageDatabase, stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { requireAccount } from '../live/account.ts';
import { inParts } from '../live/in-parts.ts';
import { Parameters } from '../live/parameters.ts';
import { type Stack, Stacks } from '../live/stacks.ts';
import { stageLeases } from '../live/stage-leases.ts';
import { databaseUrlParameter, functionName, stackName } from '../stacks/names.ts';
import { emptyBucket } from './empty-bucket.ts';
import { previewDatabaseName, previewServer } from './preview-database.ts';
import { namePrefix } from './scope.ts';
import {
  findFunctions,
  functionsWithUrl,
  isEmpty,
  readContents,
  type StageContents,
  stacksOf,
} from './stage-contents.ts';

/** Stacks that are deleted at once. */
const stacksAtOnce = 8;

export interface RemoveRequest {
  readonly stage: Stage;
  /** The stage that a preview inherits from, on whose server it has its database. */
  readonly parent: Stage | undefined;
  /** Names of functions that may have a role in the database, besides those that AWS knows. */
  readonly functionNames: readonly string[];
  /** Leaves the database as it is, with the functions' roles. */
  readonly skipDatabase: boolean;
  /** Called with each thing that was removed, and with remarks. */
  readonly tell: (line: string) => void;
}

/**
 * Removes a stage: every stack with its tags and a name of its own, everything below its path, and its roles in the database; the database itself
 * only if it is a preview's own. First what takes requests, last what a repeated run needs: so one that was stopped is finished by
 * the next.
 *
 * @throws Failed when something cannot be deleted; the next run goes on
 * @throws UsageError when the database cannot be used
 */
export async function removeStage(request: RemoveRequest): Promise<void> {
  const { stage, tell } = request;
  await requireAccount(stage);
  const contents = await readContents(stage);
  const stacks = new Stacks(stage.region);
  const bucket =
    contents.platform &&
    (await stacks.resourceId(stackName(stage, 'platform'), 'ServerlessDeploymentBucket'));
  // The database is asked before anything is deleted: if it cannot be used from here, the stage stays whole.
  const database = await databaseOfStage(request, contents);
  const names = await rolesOf(request, contents);
  const remove = async (stack: Stack) => {
    await stacks.delete(stack.name);
    tell(`✓ stack ${stack.name}`);
  };
  const holding = leasesOf(request, bucket);
  const { apis, platform } = contents;
  await holding('api', async () => {
    for (const stack of apis) await remove(stack);
  });
  for (const some of inParts(contents.functions, stacksAtOnce)) {
    await all(some.map((stack) => holding(stack.tags.function ?? '', () => remove(stack))));
  }
  for (const stack of contents.others) await remove(stack);
  if (request.skipDatabase && request.parent) {
    tell(
      `The database ${previewDatabaseName(stage)} stays on the server of ${request.parent.name}, if it is there. It is yours to drop.`,
    );
  }
  if (database) await whereReachable(database, () => removeFromDatabase(request, database, names));
  await new Parameters(stage.region).delete(contents.parameters);
  if (contents.parameters.length > 0) tell(`✓ ${contents.parameters.length} parameters`);
  if (bucket) await emptyBucket(stage.region, bucket);
  if (platform) await remove(platform);
}

/**
 * Looks for what a removed stage has left.
 *
 * @returns the names of what is there; empty when there is nothing
 */
export async function whatIsLeft(stage: Stage): Promise<string[]> {
  const [contents, functions] = await Promise.all([readContents(stage), findFunctions(stage)]);
  return [
    ...stacksOf(contents).map(({ name }) => `stack ${name}`),
    ...functions.map((name) => `function ${name}`),
    ...contents.parameters.map((name) => `parameter ${name}`),
  ];
}

/** The database with the roles of the stage; undefined when there is none, or nothing shows that there ever was. */
async function databaseOfStage(
  { stage, parent, skipDatabase }: RemoveRequest,
  contents: StageContents,
): Promise<StageDatabase | undefined> {
  if (skipDatabase || isEmpty(contents)) return undefined;
  if (!contents.parameters.includes(databaseUrlParameter(stage))) {
    const elsewhere = await new Parameters(stage.region).read([databaseUrlParameter(stage)], false);
    if (elsewhere.size === 0) return undefined;
  }
  try {
    const database = parent ? await previewServer(stage, parent) : await stageDatabase(stage);
    const { urlFromHere } = database;
    await whereReachable(database, () => hasDatabase(urlFromHere, databaseOf(urlFromHere)));
    return database;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${error.message} To leave the database as it is, with the functions' roles: --skip-database. Nothing was removed.`,
      { cause: error },
    );
  }
}

/** Names of the functions that may have a role. */
async function rolesOf(
  { stage, functionNames, skipDatabase }: RemoveRequest,
  { functions }: StageContents,
): Promise<string[]> {
  const withUrl = skipDatabase ? [] : (await functionsWithUrl(stage)).keys();
  return [...new Set([...functionNames, ...functions.map(({ tags }) => tags.function ?? ''), ...withUrl])];
}

async function removeFromDatabase(
  { stage, parent, tell }: RemoveRequest,
  { urlFromHere }: StageDatabase,
  functions: readonly string[],
): Promise<void> {
  const roles = functions.map((name) => functionName(stage, name));
  if (parent) {
    const database = previewDatabaseName(stage);
    if (await dropDatabase(urlFromHere, database, roles)) tell(`✓ database ${database}`);
  }
  await dropRoles(urlFromHere, roles);
  const left = await rolesWithPrefix(urlFromHere, namePrefix(stage));
  if (left.length > 0) {
    tell(
      `Roles in the database that begin as those of the stage do, and no function of it has: ${left.join(', ')}. Drop them if they are not another application's.`,
    );
  }
  if (!parent) tell('✓ roles in the database. The database itself is yours to drop.');
}

/** Runs work under the lease of a part. Without a bucket there is no lease, and no deployment, either. */
function leasesOf({ stage, tell }: RemoveRequest, bucket: string | undefined) {
  if (bucket === undefined) return <Result>(_: string, work: () => Promise<Result>) => work();
  const leases = stageLeases(stage, { bucket, tell });
  return <Result>(name: string, work: () => Promise<Result>) =>
    leases.hold(name, (assertHeld) => {
      assertHeld();
      return work();
    });
}

/** Waits for all, and fails with the first that failed. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
