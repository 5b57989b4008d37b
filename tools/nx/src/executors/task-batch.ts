import type { BatchedTask, TaskOutcome } from '@nanoservices/build';
import { orderGroups } from '@nanoservices/model';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';

type Task = TaskGraph['tasks'][string];

/** Does tasks that do not depend on each other; one that fails does not stop the others. */
export type TaskRunner = (workspaceRoot: string, tasks: readonly BatchedTask[]) => AsyncIterable<TaskOutcome>;

/** The result of a task, in the form that Nx takes from a batch executor. */
export interface TaskDone {
  readonly task: string;
  readonly result: {
    readonly success: boolean;
    readonly status: 'success' | 'failure' | 'skipped';
    readonly terminalOutput: string;
    readonly startTime: number;
    readonly endTime: number;
  };
}

/** The implementation of an executor that does one task at a time. */
export function singleExecutor(run: TaskRunner) {
  return async (_options: unknown, context: ExecutorContext): Promise<{ success: boolean }> => {
    const projectName = context.projectName as string;
    const task = { id: projectName, root: rootOf(projectName, context) };
    let success = true;
    for await (const { output, error } of run(context.root, [task])) {
      if (output) console.log(output);
      if (error) console.error(error);
      success &&= error === undefined;
    }
    return { success };
  };
}

/** The batch implementation of an executor: all tasks in one process. */
export function batchExecutor(run: TaskRunner) {
  return (taskGraph: TaskGraph, _options: unknown, _overrides: unknown, context: ExecutorContext) =>
    runBatch(taskGraph, (tasks) =>
      run(
        context.root,
        tasks.map(({ id, target: { project } }) => ({
          id,
          root: rootOf(project, context),
        })),
      ),
    );
}

/** Runs the tasks of a batch, in the process that Nx starts for it, which then ends. */
export async function* runBatch(
  ...[taskGraph, run]: Parameters<typeof runInOrder>
): AsyncGenerator<TaskDone> {
  yield* runInOrder(taskGraph, run);
  // Nx leaves the process of a batch waiting for another until all is done: 300 MB for a thousand endpoints, per batch.
  process.channel?.unref();
}

/**
 * Runs the tasks of a batch as Nx runs single ones: what a task depends on comes before it, and it is skipped when that
 * fails. Nx caches each by itself.
 *
 * @param run - does tasks that do not depend on each other
 */
export async function* runInOrder(
  { tasks, dependencies }: Pick<TaskGraph, 'tasks' | 'dependencies'>,
  run: (tasks: readonly Task[]) => AsyncIterable<TaskOutcome>,
): AsyncGenerator<TaskDone> {
  const failed = new Set<string>();
  let startTime = Date.now();
  const done = (task: string, status: TaskDone['result']['status'], terminalOutput = ''): TaskDone => {
    const times = { startTime, endTime: Date.now() };
    startTime = times.endTime;
    if (status !== 'success') failed.add(task);
    return { task, result: { success: status === 'success', status, terminalOutput, ...times } };
  };
  const all = Object.values(tasks).map((task) => ({
    name: task.id,
    task,
    dependencies: dependencies[task.id] ?? [],
  }));
  for (const group of orderGroups(all)) {
    const isBlocked = (one: { readonly dependencies: readonly string[] }) =>
      one.dependencies.some((dependency) => failed.has(dependency));
    const ready = group.filter((one) => !isBlocked(one)).map(({ task }) => task);
    for (const { name } of group.filter(isBlocked)) yield done(name, 'skipped');
    for await (const { id, output, error } of run(ready)) {
      yield done(id, error === undefined ? 'success' : 'failure', error ?? output);
    }
  }
}

/** The folder of a project, relative to the workspace root. */
export function rootOf(projectName: string, { projectGraph }: Pick<ExecutorContext, 'projectGraph'>): string {
  const project = projectGraph.nodes[projectName];
  if (!project) throw new Error(`The project graph has no ${projectName}.`);
  return project.data.root;
}
