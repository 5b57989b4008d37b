import type { PackedApplication, Stage } from '@nanoservices/model';
import { deploymentBucket } from '../deploy/deploy-stacks.ts';
import { removeRoles } from '../deploy/function-roles.ts';
import { stageDatabase, whereReachable } from '../deploy/stage-database.ts';
import { requireAccount } from '../live/account.ts';
import { ContractRecords } from '../live/contract-records.ts';
import { DeploymentFiles } from '../live/deployment-files.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { type LiveAlias, LiveFunctions } from '../live/live-functions.ts';
import { Parameters } from '../live/parameters.ts';
import { Stacks } from '../live/stacks.ts';
import { stageLeases } from '../live/stage-leases.ts';
import { apiPart, functionName, functionUrlParameter, liveAlias, stackName } from '../stacks/names.ts';
import { servedApplication } from '../stacks/served-application.ts';
import { functionStacks, routedFunctions } from './deployed-stage.ts';

/** Functions and versions that are no longer used. */
export interface Unused {
  readonly functions: readonly string[];
  readonly versions: readonly { readonly function: string; readonly versions: readonly string[] }[];
}

/** A stage, and the clients that read it. */
interface Place {
  readonly stage: Stage;
  readonly packed: PackedApplication;
  readonly stacks: Stacks;
  readonly functions: LiveFunctions;
  readonly files: DeploymentFiles;
}

async function placeOf(stage: Stage, packed: PackedApplication): Promise<Place> {
  await requireAccount(stage);
  const stacks = new Stacks(stage.region);
  const files = new DeploymentFiles(stage, await deploymentBucket({ stage, stacks }));
  return { stage, packed, stacks, functions: new LiveFunctions(lambdaClient(stage.region)), files };
}

/**
 * Finds the functions that are neither in the application, as far as the stage serves it, nor reached by a route of the deployed
 * API, nor called by a live version of another one; and old versions of the others. A function whose removal was interrupted is found by its
 * files, which go last.
 *
 * @param keep - number of versions to keep of each function, in addition to the live one and its history
 */
export async function findUnused(stage: Stage, packed: PackedApplication, keep: number): Promise<Unused> {
  const place = await placeOf(stage, packed);
  const { functions } = place;
  const [deployed, unused] = await Promise.all([functionStacks(place.stacks, stage), unusedFunctions(place)]);
  const versions = await Promise.all(
    [...deployed.keys()]
      .filter((name) => !unused.includes(name))
      .map(async (name) => {
        const fullName = functionName(stage, name);
        const [alias, all] = await Promise.all([functions.readLive(fullName), functions.versions(fullName)]);
        return { function: name, versions: all.slice(0, -keep).filter((one) => !isNeeded(alias, one)) };
      }),
  );
  return { functions: unused, versions: versions.filter((one) => one.versions.length > 0) };
}

/** The live version, those that a rollback may bring back, and the one that no deployment may bring back. */
function isNeeded(alias: LiveAlias | undefined, version: string): boolean {
  const { version: live, history = [], rolledBack = [], rollingOut } = alias ?? {};
  return [live, rollingOut, ...rolledBack, ...history].includes(version);
}

async function unusedFunctions({ stage, packed, stacks, functions, files }: Place): Promise<string[]> {
  const { functions: wanted } = servedApplication(stage, packed).application;
  const [stacksOfFunctions, named, routed] = await Promise.all([
    functionStacks(stacks, stage),
    files.names(),
    routedFunctions(stacks, stage),
  ]);
  const deployed = [...stacksOfFunctions.keys()];
  const used = new Set([...wanted.map(({ name }) => name), ...routed]);
  // A set visits what is added while it is visited.
  for (const name of used) {
    if (!deployed.includes(name)) continue;
    const { callees = {} } = (await functions.read(functionName(stage, name), liveAlias)) ?? {};
    for (const callee of Object.values(callees)) used.add(callee.slice(functionName(stage, '').length));
  }
  // Names of functions have no two hyphens in a row.
  const left = named.filter((name) => !['platform', 'api'].includes(name) && !name.startsWith(apiPart('/')));
  return [...new Set([...deployed, ...left])].filter((name) => !used.has(name)).sort();
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

/**
 * Removes unused functions with their roles, and unused versions. What is used by now stays. The API cannot be changed meanwhile, so
 * no route can come to lead to a function that is removed. When it stops in between, the next run goes on.
 */
export async function prune(request: PruneRequest): Promise<void> {
  const { stage, application, unused, tell, removed } = request;
  const place = await placeOf(stage, application);
  const { stacks, functions, files } = place;
  const contracts = new ContractRecords(stage.region, files.bucket);
  const leases = stageLeases(stage, { bucket: files.bucket, tell });
  const urls = unused.functions.map((name) => functionUrlParameter(stage, name));
  const withRole = await new Parameters(stage.region).read(urls, false);
  // The application may use no database any more; and a run that was killed may have left a role without its parameter.
  const usesDatabase = withRole.size > 0 || application.functions.some((one) => one.usesDatabase);
  const database = unused.functions.length > 0 && usesDatabase ? await stageDatabase(stage) : undefined;
  await leases.hold('api', async (assertApiHeld) => {
    await stacks.settled(stackName(stage, 'api'));
    for (const name of unused.functions) {
      await leases.hold(name, async (assertHeld) => {
        if (!(await unusedFunctions(place)).includes(name)) {
          tell(`${name} is used by now, and stays.`);
          return;
        }
        assertApiHeld();
        assertHeld();
        await stacks.delete(stackName(stage, name));
        // Rights last: until the stack is gone, a request may run. Files after them: a later run finds what is left by its files.
        if (database) await whereReachable(database, () => removeRoles(stage, database, [name]));
        await contracts.forget(name);
        await files.deleteAll(name);
        removed(name);
      });
    }
  });
  for (const { function: name, versions } of unused.versions) {
    const fullName = functionName(stage, name);
    await leases.hold(name, async (assertHeld) => {
      const alias = await functions.readLive(fullName);
      for (const version of versions.filter((one) => !isNeeded(alias, one))) {
        assertHeld();
        await functions.deleteVersion(fullName, version);
      }
    });
  }
}
