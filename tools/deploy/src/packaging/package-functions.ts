import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchedTask, TaskOutcome } from '@nanoservices/workspace/task-batch';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { readFunctions } from '../settings/read-deployment.ts';
import { readStages, stagesFile } from '../settings/read-stage.ts';
import { packageFunction } from './artifact.ts';

/**
 * Packages endpoints and units by their Nx projects; what is wrong with one does not stop the others.
 *
 * @returns what became of each of them, as soon as it is known
 */
export async function* packageFunctions(
  workspaceRoot: string,
  functions: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  try {
    const functionOf = await readFunctions(workspaceRoot);
    const stages = existsSync(join(workspaceRoot, stagesFile)) ? readStages(workspaceRoot) : [];
    for (const { id, projectName } of functions) {
      const name = projectName.replace('@nanoservices/', '');
      yield outcomeOf(id, () => packageFunction(workspaceRoot, functionOf(name), stages));
    }
  } catch (error) {
    // What all of them need is wrong.
    for (const { id } of functions) yield { id, error: messageOf(error) };
  }
}

function outcomeOf(id: string, work: () => void): TaskOutcome {
  try {
    work();
    return { id };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

/** A person's mistake without its stack, a bug with it. */
function messageOf(error: unknown): string {
  return error instanceof UsageError ? error.message : `${(error as Error).stack}`;
}
