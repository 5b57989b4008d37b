import type { BatchedTask, TaskOutcome } from '@nanoservices/build';
import { messageOf, type PackedFunction, readWorkspace, type Stage } from '@nanoservices/model';
import { packageCode } from './artifact.ts';
import { ExtensionMistake } from './function-templates.ts';
import { writeTemplates } from './template-files.ts';

/**
 * Packages endpoints and units by their folders. A failure does not stop the others.
 *
 * @returns all outcomes, after the templates of all have been made
 */
export async function* packageFunctions(
  workspaceRoot: string,
  tasks: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  const errors = new Map<string, string>();
  const attempt = async (ids: readonly string[], work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      for (const id of ids) errors.set(id, messageOf(error));
    }
  };
  const all = tasks.map(({ id }) => id);
  await attempt(all, async () => {
    const workspace = await readWorkspace(workspaceRoot);
    const names = new Map([...workspace.endpoints, ...workspace.units].map(({ root, name }) => [root, name]));
    const stages = workspace.stages();
    const packed = new Map<string, PackedFunction>();
    for (const { id, root } of tasks) {
      await attempt([id], async () => {
        const one = workspace.functionNamed(names.get(root) ?? root);
        await packageCode(workspaceRoot, one, stages);
        packed.set(id, one);
      });
    }
    for (const stage of stages) await writeAll(workspaceRoot, stage, packed, errors);
  });
  for (const id of all) {
    const error = errors.get(id);
    yield error === undefined ? { id } : { id, error };
  }
}

/** Writes the templates of a stage, without the functions that Serverless refuses. */
async function writeAll(
  workspaceRoot: string,
  stage: Stage,
  packed: ReadonlyMap<string, PackedFunction>,
  errors: Map<string, string>,
): Promise<void> {
  const rest = [...packed].filter(([id]) => !errors.has(id));
  try {
    await writeTemplates(
      workspaceRoot,
      stage,
      rest.map(([, one]) => one),
    );
  } catch (error) {
    const isWrong = (name: string) => !(error instanceof ExtensionMistake) || error.functionNames.has(name);
    const wrong = rest.filter(([, { name }]) => isWrong(name));
    for (const [id] of wrong) errors.set(id, messageOf(error));
    if (wrong.length > 0 && wrong.length < rest.length) await writeAll(workspaceRoot, stage, packed, errors);
  }
}
