import type { BatchedTask, TaskOutcome } from '@nanoservices/build';
import { messageOf, readWorkspace } from '@nanoservices/model';
import { packageFunction } from './artifact.ts';

/**
 * Packages endpoints and units by their folders. A failure does not stop the others.
 *
 * @returns each outcome as soon as it is known
 */
export async function* packageFunctions(
  workspaceRoot: string,
  tasks: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  try {
    const workspace = await readWorkspace(workspaceRoot);
    const names = new Map([...workspace.endpoints, ...workspace.units].map(({ root, name }) => [root, name]));
    const stages = workspace.stages();
    for (const { id, root } of tasks) {
      yield await outcomeOf(id, () =>
        packageFunction(workspaceRoot, workspace.functionNamed(names.get(root) ?? root), stages),
      );
    }
  } catch (error) {
    // The workspace itself cannot be read.
    for (const { id } of tasks) yield { id, error: messageOf(error) };
  }
}

async function outcomeOf(id: string, work: () => Promise<void>): Promise<TaskOutcome> {
  try {
    await work();
    return { id };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}
