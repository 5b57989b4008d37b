import { readWorkspace, type Stage, UsageError } from '@nanoservices/model';
import { isWithin } from '@nanoservices/postgres/grants';
import { deploymentBucket } from '../deploy/deploy-stacks.ts';
import { loosenRole } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { requireAccount } from '../live/account.ts';
import { DeployedCommit } from '../live/deployed-commit.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { Leases } from '../live/lease.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { functionName, liveAlias } from '../stacks/names.ts';
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
}

/**
 * Points `live` back to the previous live version, and grants the function's role the rights that this version had and
 * the current one has not. The stage is no longer what a commit says, so the record of its commit is removed first.
 *
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
  const leases = new Leases({
    bucket: await deploymentBucket({ workspaceRoot, stage, stacks, isForced: false }),
    region: stage.region,
    patienceMs: 600_000,
    onWait: (name, holder) => tell(`${name}: waiting for ${holder}`),
  });
  const deployedCommit = new DeployedCommit(stage);
  // Most versions need no more rights than the live one: then the contracts do not matter.
  let declared: Promise<Set<string>> | undefined;
  const tables = () => {
    declared ??= declaredTables(workspaceRoot);
    return declared;
  };
  const results: RolledBack[] = [];
  for (const name of names.length > 0 ? names : deployed) {
    const fullName = functionName(stage, name);
    const revision = await functions.read(fullName, liveAlias);
    if (commit && !revision?.commit?.startsWith(commit)) continue;
    await leases.hold(name, async (assertHeld) => {
      const alias = await functions.readLive(fullName);
      const to = alias?.history.at(-1);
      results.push({ function: name, from: alias?.version ?? '', to });
      if (!alias || !to || isDryRun) return;
      const before = await functions.read(fullName, to);
      const isMore = before?.grantsMistake || !isWithin(before?.grants ?? {}, revision?.grants ?? {});
      const grants = before && isMore ? recordedGrants(name, before, await tables()) : undefined;
      await deployedCommit.remove();
      if (grants) {
        const database = await stageDatabase(stage);
        await whereReachable(database, () => loosenRole(stage, database, { name, grants }));
      }
      assertHeld();
      await functions.pointLive(fullName, to, alias.history.slice(0, -1), alias.version);
    });
  }
  return results;
}

async function declaredTables(workspaceRoot: string): Promise<Set<string>> {
  const { facts } = await readWorkspace(workspaceRoot);
  return new Set([...facts.values()].flatMap(({ database }) => Object.keys(database)));
}
