import type { PackedApplication, Stage } from '@nanoservices/model';
import { deploymentBucket } from '../deploy/deploy-stacks.ts';
import { removeRoles } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { requireAccount } from '../live/account.ts';
import { deleteFolder } from '../live/deployment-files.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { Leases } from '../live/lease.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { functionName } from '../stacks/names.ts';
import { servedApplication } from '../stacks/served-application.ts';
import { functionStacks, routedFunctions } from './deployed-stage.ts';

/** Functions and versions that are no longer used. */
export interface Unused {
  readonly functions: readonly string[];
  readonly versions: readonly { readonly function: string; readonly versions: readonly string[] }[];
}

/**
 * Finds the functions that are neither in the application, as far as the stage serves it, nor reached by a route of the deployed
 * API, and old versions of the others.
 *
 * @param keep - number of versions to keep of each function, in addition to the live one and its history
 */
export async function findUnused(stage: Stage, packed: PackedApplication, keep: number): Promise<Unused> {
  const { functions: wanted } = servedApplication(stage, packed).application;
  await requireAccount(stage);
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const deployed = [...(await functionStacks(stacks, stage)).keys()];
  const routed = await routedFunctions(stacks, stage);
  const isWanted = (name: string) => wanted.some((one) => one.name === name);
  const unused = deployed.filter((name) => !isWanted(name) && !routed.has(name));
  const versions = await Promise.all(
    deployed
      .filter((name) => !unused.includes(name))
      .map(async (name) => {
        const fullName = functionName(stage, name);
        const [alias, all] = await Promise.all([functions.readLive(fullName), functions.versions(fullName)]);
        const needed = [alias?.version, ...(alias?.history ?? [])];
        return { function: name, versions: all.slice(0, -keep).filter((one) => !needed.includes(one)) };
      }),
  );
  return { functions: unused, versions: versions.filter((one) => one.versions.length > 0) };
}

export interface PruneRequest {
  readonly stage: Stage;
  readonly application: PackedApplication;
  readonly unused: Unused;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
  /** Called after the removal of each function. */
  readonly removed: (functionName: string) => void;
}

/** Removes unused functions with their roles, and unused versions. */
export async function prune(workspaceRoot: string, request: PruneRequest): Promise<void> {
  const { stage, application, unused, tell, removed } = request;
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const bucket = await deploymentBucket({ workspaceRoot, stage, stacks, isForced: false });
  const leases = new Leases({
    bucket,
    region: stage.region,
    patienceMs: 600_000,
    onWait: (name, holder) => tell(`${name}: waiting for ${holder}`),
  });
  // Roles first: without the stacks, a later run could not find them.
  if (unused.functions.length > 0 && application.functions.some(({ usesDatabase }) => usesDatabase)) {
    const database = await stageDatabase(stage);
    await whereReachable(database, () => removeRoles(stage, database, unused.functions));
  }
  for (const name of unused.functions) {
    await leases.hold(name, async (assertHeld) => {
      assertHeld();
      await stacks.delete(functionName(stage, name));
      await deleteFolder(stage.region, bucket, `serverless/${stage.application}-${name}/${stage.name}/`);
    });
    removed(name);
  }
  for (const { function: name, versions } of unused.versions) {
    for (const version of versions) await functions.deleteVersion(functionName(stage, name), version);
  }
}
