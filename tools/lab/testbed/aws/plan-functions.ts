import { availableParallelism } from 'node:os';
import {
  type FunctionResult,
  LiveFunctions,
  lambdaClient,
  type Outcome,
  planFunction,
  runTasks,
} from '@nanoservices/deploy';
import { readWorkspace } from '@nanoservices/model';

/**
 * Plans all functions of a topology as `nanos deploy --dry-run` does, also more than one HTTP API can have, which that
 * refuses.
 */
export async function planFunctions(
  workspaceRoot: string,
  stageName: string,
  topology: string,
): Promise<Outcome<FunctionResult>[]> {
  const workspace = await readWorkspace(workspaceRoot);
  const stage = workspace.stage(stageName);
  const target = {
    workspaceRoot,
    stage,
    functions: new LiveFunctions(lambdaClient(stage.region)),
    commit: 'unknown',
    isForced: false,
  };
  return runTasks(
    workspace
      .pack(topology)
      .functions.map((one) => ({ name: one.name, run: () => planFunction(target, one) })),
    { concurrency: Math.max(4, availableParallelism()), progress: 'none' },
  );
}
