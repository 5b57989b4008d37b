import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { deployGroups } from './deploy-order.ts';

type Task = TaskGraph['tasks'][string];

/** A task of a batch. */
export interface BatchedTask {
  readonly id: string;
  /** The folder of its project, relative to the workspace root. */
  readonly root: string;
  readonly projectName: string;
}

/** What became of a task: it is done, unless there is an error. */
export interface TaskOutcome {
  readonly id: string;
  /** What to show when it is done. */
  readonly output?: string;
  /** What to show when it is not; may be empty where it was shown already. */
  readonly error?: string;
}

/** Does tasks that do not depend on each other; one that fails does not stop the others. */
export type TaskRunner = (workspaceRoot: string, tasks: readonly BatchedTask[]) => AsyncIterable<TaskOutcome>;

/** As Nx takes it from a batch executor, after each task. */
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
    const task = { id: projectName, projectName, root: rootOf(projectName, context) };
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
          projectName: project,
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
  const callers = Object.values(tasks).map((task) => ({
    name: task.id,
    task,
    callees: dependencies[task.id] ?? [],
  }));
  for (const group of deployGroups(callers)) {
    const isBlocked = ({ callees }: { callees: readonly string[] }) =>
      callees.some((callee) => failed.has(callee));
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
