import { smokeEvent } from '@nanoservices/endpoint/smoke';
import { type PackedFunction, routeKey, type Stage } from '@nanoservices/model';
import { SmokeTestFailed } from '../errors.ts';
import type { Leases } from '../live/lease.ts';
import type { LiveFunctions } from '../live/live-functions.ts';
import { type Artifact, readArtifact } from '../packaging/artifact.ts';
import { functionName, liveAlias } from '../stacks/names.ts';
import { type Decision, decide } from './decide.ts';
import { serverlessDeploy } from './run-serverless.ts';

/** A stage, and the clients that deploy functions to it. */
export interface Target {
  readonly workspaceRoot: string;
  readonly stage: Stage;
  readonly bucket: string;
  readonly functions: LiveFunctions;
  readonly leases: Leases;
  /** The commit that git has checked out. */
  readonly commit: string;
  readonly isForced: boolean;
  /** Called before the first change on AWS. */
  beforeChange(): Promise<void>;
}

export interface FunctionResult extends Decision {
  /** The hash of the packaged code. */
  readonly codeSha256: string;
  /** The version that is live now. */
  readonly version?: string | undefined;
}

/** Decides what to do for a function. Changes nothing. */
export async function planFunction(
  { workspaceRoot, stage, functions, isForced }: Omit<Target, 'leases' | 'bucket' | 'beforeChange'>,
  deployed: PackedFunction,
): Promise<FunctionResult> {
  const artifact = readArtifact(workspaceRoot, stage, deployed);
  const state = await readState(functions, functionName(stage, deployed.name));
  return {
    ...decide(artifact, state, isForced),
    codeSha256: artifact.codeSha256,
    version: state.live?.version,
  };
}

/**
 * Deploys one function if it changed: updates the stack or only the code, publishes a version, tries it, and points
 * `live` to it. Requests reach the previous version until this last step, which is a single request to AWS.
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
  const { codeSha256 } = artifact;
  const decideNow = async () => {
    const state = await readState(functions, name);
    return { ...decide(artifact, state, isForced), codeSha256, version: state.live?.version };
  };
  const first = await decideNow();
  if (first.action === 'skip') return first;
  return leases.hold(deployed.name, async (assertHeld) => {
    // Another deployment may have finished while we waited.
    const decision = await decideNow();
    if (decision.action === 'skip') return decision;
    await target.beforeChange();
    if (decision.action === 'full') {
      report(decision.reason === 'new' ? 'creating the stack' : `updating the stack: ${decision.reason}`);
      await serverlessDeploy(artifact.serviceFolder, target.bucket);
    }
    await ensureCode(target, name, artifact, report);
    report('publishing a version');
    const version = await functions.publish(name, { ...artifact, commit: target.commit });
    report(`trying version ${version}`);
    for (const route of deployed.routes) {
      const failure = await functions.smoke(name, version, smokeEvent(routeKey(route)));
      if (failure !== undefined) {
        throw new SmokeTestFailed(
          `${name}: version ${version} failed its smoke test; "${liveAlias}" stays where it was. ${failure}`,
        );
      }
    }
    assertHeld();
    report(`pointing ${liveAlias} to version ${version}`);
    const before = await functions.readLive(name);
    const isNew = before?.version !== version;
    await functions.pointLive(name, version, [
      ...(before?.history ?? []),
      ...(before && isNew ? [before.version] : []),
    ]);
    return { ...decision, version };
  });
}

/**
 * Updates the code where the stack did not. CloudFormation compares with its own last deployment, and does not see code
 * that was updated without it since.
 */
async function ensureCode(
  { functions }: Target,
  name: string,
  artifact: Artifact,
  report: (step: string) => void,
): Promise<void> {
  const latest = await functions.read(name);
  if (latest?.codeSha256 === artifact.codeSha256) return functions.settled(name);
  report('updating the code');
  await functions.updateCode(name, artifact.zip);
}

async function readState(functions: LiveFunctions, name: string) {
  const [live, latest] = await Promise.all([functions.read(name, liveAlias), functions.read(name)]);
  return { live, latest };
}
