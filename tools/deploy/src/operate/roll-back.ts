import { messageOf, readWorkspace, type Stage, UsageError } from '@nanoservices/model';
import { isWithin } from '@nanoservices/postgres/grants';
import { deploymentBucket } from '../deploy/deploy-stacks.ts';
import { loosenRole } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { widenRole } from '../deploy/widen-role.ts';
import { Failed } from '../errors.ts';
import { requireAccount } from '../live/account.ts';
import { DeployedCommit } from '../live/deployed-commit.ts';
import { DeploymentFiles } from '../live/deployment-files.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { type LiveAlias, LiveFunctions, type Revision } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { stageLeases } from '../live/stage-leases.ts';
import { functionName, liveAlias, stackName } from '../stacks/names.ts';
import { functionStacks } from './deployed-stage.ts';
import { recordedGrants } from './recorded-grants.ts';

export interface RollbackRequest {
  readonly stage: Stage;
  /** Names of functions; empty for all deployed functions. */
  readonly names: readonly string[];
  /** A filter: the commit that the live version was deployed from, or its beginning. */
  readonly commit?: string | undefined;
  readonly isDryRun: boolean;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
}

/** The return of a function to its previous version. */
export interface RolledBack {
  readonly function: string;
  readonly from: string;
  /** The previous live version; undefined when there is none. */
  readonly to: string | undefined;
  /** The reason why it was not rolled back. */
  readonly problem?: string;
}

/** The clients of a rollback. */
interface Clients {
  readonly stacks: Stacks;
  readonly functions: LiveFunctions;
  readonly files: DeploymentFiles;
  /** Tables that the contracts of the workspace declare. */
  readonly tables: () => Promise<ReadonlySet<string>>;
}

/**
 * Points `live` back to the previous live version, and gives the function back the rights that this version had and the current one
 * has not, in the database and in IAM. The stage is no longer what a commit says, so the record of its commit is removed first.
 * Only the versions that are live at the call are rolled back: a function that is deployed meanwhile stays as it is.
 *
 * @returns a result for each function; one that fails does not stop the others
 * @throws UsageError when a function is not deployed
 */
export async function rollBack(workspaceRoot: string, request: RollbackRequest): Promise<RolledBack[]> {
  const { stage, names, commit, isDryRun, tell } = request;
  await requireAccount(stage);
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const deployed = [...(await functionStacks(stacks, stage)).keys()];
  const unknown = names.find((name) => !deployed.includes(name));
  if (unknown) {
    throw new UsageError(
      `${unknown} is not deployed to ${stage.name}. There are: ${deployed.join(', ') || 'none'}.`,
    );
  }
  const bucket = await deploymentBucket({ stage, stacks });
  const leases = stageLeases(stage, { bucket, tell });
  const deployedCommit = new DeployedCommit(stage);
  const clients = {
    ...{ stacks, functions, files: new DeploymentFiles(stage, bucket) },
    tables: once(() => declaredTables(workspaceRoot)),
  };
  // Read before the first change: it is what the caller has seen and found to be wrong.
  const targets = await Promise.all(
    (names.length > 0 ? names : deployed).map(async (name) => {
      const fullName = functionName(stage, name);
      const [alias, live] = await Promise.all([
        functions.readLive(fullName),
        functions.read(fullName, liveAlias),
      ]);
      return { name, alias, commit: live?.commit };
    }),
  );
  const meant = targets.filter((one) => !commit || one.commit?.startsWith(commit));
  return Promise.all(
    meant.map(async ({ name, alias: seen }): Promise<RolledBack> => {
      const fullName = functionName(stage, name);
      const result = { function: name, ...(seen ? moveOf(seen) : { from: '', to: undefined }) };
      if (isDryRun || !seen || !result.to) return result;
      try {
        await deployedCommit.remove();
        // The deployment that rolls it out holds the lease, for long. AWS refuses its next move of the alias.
        if (seen.isWeighted) await functions.unshareLive(fullName, seen, true);
        else {
          await leases.hold(name, async (assertHeld) => {
            const alias = await functions.readLive(fullName);
            requireSame(name, seen, alias);
            await pointBack(stage, name, alias, clients, { assertHeld, tell });
          });
        }
        return result;
      } catch (error) {
        return { ...result, problem: messageOf(error) };
      }
    }),
  );
}

/** A version that is being rolled out is taken back first: the one before it still gets the other requests. */
function moveOf({ version, history, rollingOut }: LiveAlias): Pick<RolledBack, 'from' | 'to'> {
  return rollingOut === undefined ? { from: version, to: history.at(-1) } : { from: rollingOut, to: version };
}

/** @throws Failed when another version went live than the one that was to be rolled back */
function requireSame(name: string, seen: LiveAlias, now: LiveAlias | undefined): asserts now is LiveAlias {
  if (now?.version === seen.version && now.since === seen.since) return;
  throw new Failed(
    `${name}: version ${now?.version} went live meanwhile, in place of version ${seen.version}, which was to be rolled back. It stays live.`,
  );
}

interface Hooks {
  readonly assertHeld: () => void;
  readonly tell: (line: string) => void;
}

async function pointBack(
  stage: Stage,
  name: string,
  alias: LiveAlias,
  clients: Clients,
  { assertHeld, tell }: Hooks,
): Promise<void> {
  const { functions } = clients;
  const fullName = functionName(stage, name);
  const version = alias.history.at(-1) as string;
  const [live, before] = await Promise.all([
    functions.read(fullName, alias.version),
    functions.read(fullName, version),
  ]);
  if (!before) throw new Failed(`${name}: version ${version}, which was live before, is not there any more.`);
  await restoreGrants(stage, name, { live, before }, clients);
  if (before.configuration !== live?.configuration) {
    await restoreRole(stage, name, before, clients, { assertHeld, tell });
  }
  assertHeld();
  await functions.pointLive(fullName, version, {
    before: alias,
    history: alias.history.slice(0, -1),
    rolledBackFrom: alias.version,
  });
}

/** Grants the rights in the database that the version before had. Most need no more than the live one: then the contracts do not matter. */
async function restoreGrants(
  stage: Stage,
  name: string,
  { live, before }: { readonly live: Revision | undefined; readonly before: Revision },
  { tables }: Clients,
): Promise<void> {
  const isMore = before.grantsMistake || !isWithin(before.grants ?? {}, live?.grants ?? {});
  if (!isMore) return;
  const grants = recordedGrants(name, before, await tables());
  const database = await stageDatabase(stage);
  await whereReachable(database, () => loosenRole(stage, database, { name, grants }));
}

/** Adds the rights in IAM that the version before had. The next deployment takes away what is too much then. */
async function restoreRole(
  stage: Stage,
  name: string,
  { version, configuration = '' }: Revision,
  { stacks, files }: Clients,
  { assertHeld, tell }: Hooks,
): Promise<void> {
  const stack = stackName(stage, name);
  const [template, deployed] = await Promise.all([
    files.readTemplate(name, configuration),
    stacks.deployedTemplate(stack),
  ]);
  if (!template || !deployed) {
    tell(
      `${name}: the rights of version ${version} in IAM are not recorded. It has those of the latest deployment.`,
    );
    return;
  }
  const widened = widenRole(stage, deployed, template);
  if (!widened.isWider) return;
  const tags = (await stacks.read(stack))?.tags ?? {};
  await stacks.deploy({ name: stack, template: widened.template, tags, assertHeld, say: () => {} });
}

/** Calls a function once, at the first need. */
function once<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= read();
    return result;
  };
}

async function declaredTables(workspaceRoot: string): Promise<Set<string>> {
  const { facts } = await readWorkspace(workspaceRoot);
  return new Set([...facts.values()].flatMap(({ database }) => Object.keys(database)));
}
