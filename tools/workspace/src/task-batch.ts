import type { TaskGraph } from '@nx/devkit';
import { deployGroups } from './deploy-order.ts';

type Task = TaskGraph['tasks'][string];

/** What became of a task: it is done, unless there is an error. */
export interface TaskOutcome {
  readonly id: string;
  /** What to show; may be empty when it was shown already. */
  readonly error?: string;
}

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

/**
 * Runs the tasks of a batch as Nx runs single ones: what a task depends on comes before it, and is skipped with it when it
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
    const blocked = group.filter(({ callees }) => callees.some((callee) => failed.has(callee)));
    for (const { name } of blocked) yield done(name, 'skipped');
    const ready = group.filter((one) => !blocked.includes(one)).map(({ task }) => task);
    for await (const { id, error } of run(ready)) {
      yield done(id, error === undefined ? 'success' : 'failure', error);
    }
  }
}
