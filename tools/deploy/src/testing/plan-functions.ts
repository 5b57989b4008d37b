import { availableParallelism } from 'node:os';
import { type FunctionResult, planFunction } from '../deploy/deploy-function.ts';
import { type Outcome, runTasks } from '../deploy/run-tasks.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { readDeployment } from '../settings/read-deployment.ts';
import { readStage } from '../settings/read-stage.ts';

/**
 * Plans all functions of a topology as `deploy --dry-run` does, also more than one HTTP API can have, which that refuses.
 */
export async function planFunctions(
  workspaceRoot: string,
  stageName: string,
  topology: string,
): Promise<Outcome<FunctionResult>[]> {
  const stage = readStage(workspaceRoot, stageName);
  const { functions } = await readDeployment(workspaceRoot, topology);
  const live = new LiveFunctions(lambdaClient(stage.region));
  const target = { workspaceRoot, stage, functions: live, commit: 'unknown', isForced: false };
  return runTasks(
    functions.map((one) => ({ name: one.name, run: () => planFunction(target, one) })),
    { concurrency: Math.max(4, availableParallelism()), progress: 'none' },
  );
}
