import type { TaskGraph } from '@nx/devkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runInOrder } from './task-batch.ts';

it('does each task once, after what it depends on, and skips what depends on a failed one', async () => {
  // A task depends on some of those before it.
  const graphs = fc
    .array(fc.record({ dependencies: fc.array(fc.nat(9), { maxLength: 3 }), fails: fc.boolean() }), {
      maxLength: 10,
    })
    .map((tasks) =>
      tasks.map(({ dependencies, fails }, index) => ({
        id: `t${index}`,
        fails,
        dependencies: dependencies.filter((one) => one < index).map((one) => `t${one}`),
      })),
    );
  await fc.assert(
    fc.asyncProperty(graphs, async (tasks) => {
      const graph = {
        tasks: Object.fromEntries(tasks.map(({ id }) => [id, { id }])) as TaskGraph['tasks'],
        dependencies: Object.fromEntries(tasks.map(({ id, dependencies }) => [id, dependencies])),
      };
      const status = new Map<string, string>();
      const run = runInOrder(graph, async function* (group) {
        for (const { id } of group) {
          const task = tasks.find((one) => one.id === id);
          for (const dependency of task?.dependencies ?? []) expect(status.get(dependency)).toBe('success');
          yield task?.fails ? { id, error: 'wrong' } : { id };
        }
      });
      for await (const { task, result } of run) {
        expect(status.has(task)).toBe(false);
        status.set(task, result.status);
      }
      for (const { id, dependencies, fails } of tasks) {
        const isBlocked = dependencies.some((dependency) => status.get(dependency) !== 'success');
        expect(status.get(id)).toBe(isBlocked ? 'skipped' : fails ? 'failure' : 'success');
      }
    }),
  );
});
