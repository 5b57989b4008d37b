import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { rootOf, runBatch, type TaskDone } from '../task-batch.ts';
import { bundleTasks } from './bundle-tasks.ts';
import bundleExecutor, { type BundleOptions } from './executor.ts';

/** `build` of many projects in one process: esbuild reads what they share once, and Node starts once. */
export default function bundleBatch(
  taskGraph: TaskGraph,
  options: Readonly<Record<string, BundleOptions>>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<TaskDone> {
  const isOne = Object.keys(taskGraph.tasks).length === 1;
  return runBatch(taskGraph, async function* (tasks) {
    if (isOne) {
      for (const { id, target } of tasks) {
        const task = { ...context, projectName: target.project, targetName: target.target };
        const { success } = await bundleExecutor(options[id] as BundleOptions, task);
        yield { id, ...(!success && { error: '' }) };
      }
      return;
    }
    const parts = tasks.map(({ id, target }) => ({
      id,
      kind: (options[id] as BundleOptions).kind,
      root: rootOf(target.project, context),
    }));
    for await (const { task, ...done } of bundleTasks(context.root, parts)) yield { id: task.id, ...done };
  });
}
