import { bundleTasks, type TaskOutcome } from '@nanoservices/build';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { oldNodeAdvice } from '../../command-line/node-version.ts';
import { rootOf, runBatch, type TaskDone } from '../task-batch.ts';
import bundleExecutor, { type BundleOptions } from './executor.ts';

type Tasks = readonly TaskGraph['tasks'][string][];
type Options = Readonly<Record<string, BundleOptions>>;

/** `build` of many projects in one process: esbuild reads what they share once, and Node starts once. */
export default function bundleBatch(
  taskGraph: TaskGraph,
  options: Options,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<TaskDone> {
  const bundle = Object.keys(taskGraph.tasks).length === 1 ? bundleAlone : bundleTogether;
  return runBatch(taskGraph, (tasks) => bundle(tasks, options, context));
}

/** A batch of one runs like a task without a batch. */
async function* bundleAlone(
  tasks: Tasks,
  options: Options,
  context: ExecutorContext,
): AsyncGenerator<TaskOutcome> {
  for (const { id, target } of tasks) {
    const own = { ...context, projectName: target.project, targetName: target.target };
    const { success } = await bundleExecutor(options[id] as BundleOptions, own);
    yield success ? { id } : { id, error: '' };
  }
}

async function* bundleTogether(
  tasks: Tasks,
  options: Options,
  context: ExecutorContext,
): AsyncGenerator<TaskOutcome> {
  const error = oldNodeAdvice();
  if (error !== undefined) {
    for (const { id } of tasks) yield { id, error };
    return;
  }
  const parts = tasks.map(({ id, target }) => ({
    id,
    kind: (options[id] as BundleOptions).kind,
    root: rootOf(target.project, context),
  }));
  for await (const { task, ...done } of bundleTasks(context.root, parts)) yield { id: task.id, ...done };
}
