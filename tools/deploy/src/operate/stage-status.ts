import type { PackedApplication, Stage } from '@nanoservices/model';
import { requireAccount } from '../live/account.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { type Stack, Stacks } from '../live/stacks.ts';
import { functionName, liveAlias, stackName } from '../stacks/names.ts';
import { servedApplication } from '../stacks/served-application.ts';
import { functionStacks, routedFunctions } from './deployed-stage.ts';
import { driftOf } from './drift.ts';

/** The state of a function on a stage. */
export interface FunctionStatus {
  readonly function: string;
  /** The live version. */
  readonly version: string;
  /** Time at which this version went live, ISO 8601; empty when `live` was moved by hand. */
  readonly since: string;
  readonly commit: string;
  /** Differences from the state that `deploy` left, in words; empty when there is none. */
  readonly drift: string;
}

export interface StageStatus {
  readonly functions: readonly FunctionStatus[];
  /** The stack of the API; undefined when it is not deployed. */
  readonly api: Stack | undefined;
  /** Names of the endpoints that the stage does not serve: they want a token, and it has no issuer of tokens. */
  readonly leftOut: readonly string[];
}

/** Reads what is live on a stage, and compares it with the state that `deploy` left. */
export async function stageStatus(stage: Stage, packed: PackedApplication): Promise<StageStatus> {
  const { application, leftOut } = servedApplication(stage, packed);
  await requireAccount(stage);
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const [deployed, routed] = await Promise.all([
    functionStacks(stacks, stage),
    routedFunctions(stacks, stage),
  ]);
  const wanted = new Set(application.functions.map(({ name }) => name));
  const withRoute = new Set(application.routes.map((route) => route.function));
  const names = [...new Set([...wanted, ...deployed.keys()])].sort();
  const rows = names.map(async (name): Promise<FunctionStatus> => {
    const fullName = functionName(stage, name);
    const [alias, live, latest] = await Promise.all([
      functions.readLive(fullName),
      functions.read(fullName, liveAlias),
      functions.read(fullName),
    ]);
    const drift = driftOf({
      stack: deployed.get(name),
      alias,
      live,
      latest,
      isWanted: wanted.has(name),
      isRouted: routed.has(name) || (wanted.has(name) && !withRoute.has(name)),
    });
    return {
      function: name,
      version: alias?.version ?? '',
      since: alias?.since ?? '',
      commit: live?.commit ?? '',
      drift: drift.join('; '),
    };
  });
  return {
    functions: await Promise.all(rows),
    api: await stacks.read(stackName(stage, 'api')),
    leftOut: leftOut.map(({ endpoint }) => endpoint).sort(),
  };
}
