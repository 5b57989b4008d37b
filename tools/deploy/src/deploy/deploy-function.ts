import { smokeEvent } from '@nanoservices/endpoint/smoke';
import { type PackedFunction, routeKey } from '@nanoservices/model';
import { SmokeTestFailed } from '../errors.ts';
import type { LiveAlias, LiveFunctions, Revision } from '../live/live-functions.ts';
import { type Artifact, readArtifact } from '../packaging/artifact.ts';
import { functionName, liveAlias } from '../stacks/names.ts';
import { type Decision, decide, isWanted } from './decide.ts';
import { changeFunctionStack } from './function-stack.ts';
import { rollOut } from './roll-out.ts';
import type { Target } from './target.ts';

export interface FunctionResult extends Decision {
  /** The hash of the packaged code. */
  readonly codeSha256: string;
  /** The version that is live now. */
  readonly version?: string | undefined;
  /** Tells if the live version is the packaged one. False in dry-run mode, and for one that was rolled back. */
  readonly isCurrent: boolean;
}

/** Decides what to do for a function. Changes nothing. */
export async function planFunction(
  {
    workspaceRoot,
    stage,
    functions,
    isForced,
  }: Pick<Target, 'workspaceRoot' | 'stage' | 'functions' | 'isForced'>,
  deployed: PackedFunction,
): Promise<FunctionResult> {
  const artifact = readArtifact(workspaceRoot, stage, deployed);
  const state = await readState(functions, functionName(stage, deployed.name));
  return resultOf(artifact, state, decide(artifact, state, isForced));
}

/**
 * Deploys one function if it changed: updates the stack or only the code, publishes a version, tries it, and points
 * `live` to it. Requests reach the previous version until this last step, which is a single request to AWS. What is decided is
 * read under the function's lease, and AWS refuses each change if somebody else has changed the same meanwhile.
 *
 * @param report - called with each step
 * @throws SmokeTestFailed, LeaseTaken, or an error of AWS or Serverless; `live` is then unchanged
 */
export async function deployFunction(
  target: Target,
  deployed: PackedFunction,
  report: (step: string) => void = () => {},
): Promise<FunctionResult> {
  const { workspaceRoot, stage, functions, leases, isForced } = target;
  const name = functionName(stage, deployed.name);
  const artifact = readArtifact(workspaceRoot, stage, deployed);
  const first = await readVersions(functions, name);
  const firstDecision = decide(artifact, first, isForced);
  if (firstDecision.action === 'skip' && !(await isRollingOut(target, name))) {
    return resultOf(artifact, first, firstDecision);
  }
  return leases.hold(deployed.name, async (assertHeld) => {
    const state = await readState(functions, name);
    const decision = decide(artifact, state, isForced);
    if (decision.action === 'skip') {
      const { alias } = state;
      // A rollout was killed, and its version is no longer wanted.
      if (alias?.isWeighted) await functions.unshareLive(name, alias, false);
      return resultOf(artifact, state, decision);
    }
    await target.beforeChange();
    if (decision.action === 'full') {
      report(decision.reason === 'new' ? 'creating the stack' : `updating the stack: ${decision.reason}`);
      await changeFunctionStack(target, deployed, artifact, { assertHeld, report });
    }
    await functions.ensureCode(name, artifact, () => {
      assertHeld();
      report('updating the code');
    });
    report('publishing a version');
    const version = await functions.publish(name, { ...artifact, commit: target.commit });
    report(`trying version ${version}`);
    await tryVersion(target, deployed, version);
    await target.calleesLive(deployed);
    assertHeld();
    const isNew = state.alias?.version !== version;
    const alias =
      state.alias && isNew && stage.rollout
        ? await rollOut({ ...target, rollout: stage.rollout, assertHeld, report }, name, state.alias, version)
        : state.alias;
    report(`pointing ${liveAlias} to version ${version}`);
    assertHeld();
    await functions.pointLive(name, version, {
      before: alias,
      history: [...(alias?.history ?? []), ...(alias && isNew ? [alias.version] : [])],
    });
    return { ...decision, codeSha256: artifact.codeSha256, version, isCurrent: true };
  });
}

/** Tells if a rollout was killed. Only stages with rollouts pay for the look at the alias. */
async function isRollingOut({ stage, functions }: Target, name: string): Promise<boolean> {
  return stage.rollout !== undefined && (await functions.readLive(name))?.isWeighted === true;
}

/** Invokes a version once for each route. @throws SmokeTestFailed with its answer and the end of its log */
async function tryVersion(
  { stage, functions }: Pick<Target, 'stage' | 'functions'>,
  deployed: PackedFunction,
  version: string,
): Promise<void> {
  const name = functionName(stage, deployed.name);
  for (const route of deployed.routes) {
    const failure = await functions.smoke(name, version, smokeEvent(routeKey(route)));
    if (failure === undefined) continue;
    throw new SmokeTestFailed(
      `${name}: version ${version} failed its smoke test; "${liveAlias}" stays where it was. ${failure}`,
    );
  }
}

/** The versions of a function on AWS. */
interface FunctionVersions {
  readonly live: Revision | undefined;
  readonly latest: Revision | undefined;
}

interface FunctionState extends FunctionVersions {
  readonly alias: LiveAlias | undefined;
  /** The versions that rollbacks took away. */
  readonly rolledBack: readonly Revision[];
}

async function readVersions(functions: LiveFunctions, name: string): Promise<FunctionVersions> {
  const [live, latest] = await Promise.all([functions.read(name, liveAlias), functions.read(name)]);
  return { live, latest };
}

/** Also reads the alias, for which Lambda takes few requests per second. */
async function readState(functions: LiveFunctions, name: string): Promise<FunctionState> {
  const [alias, latest] = await Promise.all([functions.readLive(name), functions.read(name)]);
  const [live, ...rolledBack] = await Promise.all([
    alias && functions.read(name, alias.version),
    ...(alias?.rolledBack ?? []).map((version) => functions.read(name, version)),
  ]);
  return { alias, live, latest, rolledBack: rolledBack.filter((one) => one !== undefined) };
}

function resultOf(artifact: Artifact, { live }: FunctionVersions, decision: Decision): FunctionResult {
  const { codeSha256 } = artifact;
  return { ...decision, codeSha256, version: live?.version, isCurrent: isWanted(artifact, live) };
}
