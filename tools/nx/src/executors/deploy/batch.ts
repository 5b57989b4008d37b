import type { StageDeployment } from '@nanoservices/deploy';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runCommand } from '../../command-line/main.ts';
import { oldNodeAdvice } from '../../command-line/node-version.ts';
import deployCommand, { deployAsAsked } from '../../commands/deploy-command.ts';
import { argumentsOf, type CommandOptions } from '../command-executor.ts';
import type { TaskDone } from '../task-batch.ts';

type Options = Readonly<Record<string, CommandOptions>>;

/**
 * `deploy` of many projects as one deployment: one process, one client of AWS with one pace, one look at what is live. It prints its
 * progress, each error once, and the summary at the end.
 */
export default async function* deployBatch(
  { tasks }: Pick<TaskGraph, 'tasks'>,
  options: Options,
  _overrides: unknown,
  { root }: Pick<ExecutorContext, 'root'>,
): AsyncGenerator<TaskDone> {
  const startTime = Date.now();
  const all = Object.keys(tasks).map((id) => ({ id, names: options[id]?.names ?? [] }));
  const names = [...new Set(all.flatMap((task) => task.names))];
  const { exitCode, deployment } = await deployTogether(root, names, asTyped(Object.values(options)));
  const statuses = all.map((task) => statusOf(task.names, exitCode, deployment));
  // Steps without a task may fail, too, such as taking rights away.
  if (exitCode !== 0 && !statuses.includes('failure')) statuses.splice(-1, 1, 'failure');
  for (const [index, { id }] of all.entries()) {
    const status = statuses[index] as (typeof statuses)[number];
    const times = { startTime, endTime: Date.now() };
    yield { task: id, result: { success: status === 'success', status, terminalOutput: '', ...times } };
  }
  // Nx leaves the process of a batch waiting for another until all is done.
  process.channel?.unref();
}

/** The options of the task that the command line is handed to: a task that another one needs may have none. */
function asTyped(options: readonly CommandOptions[]): CommandOptions {
  const typed = options.toSorted(
    (a, b) => (b.__unparsed__?.length ?? 0) - (a.__unparsed__?.length ?? 0) || count(b) - count(a),
  );
  return typed[0] ?? {};
}

function count(options: CommandOptions): number {
  return Object.values(options).filter((value) => value !== undefined).length;
}

interface Deployed {
  readonly exitCode: number;
  /** Undefined when it was refused before it began. */
  readonly deployment?: StageDeployment | undefined;
}

async function deployTogether(
  root: string,
  names: readonly string[],
  options: CommandOptions,
): Promise<Deployed> {
  const advice = oldNodeAdvice();
  if (advice) {
    console.error(advice);
    return { exitCode: 1 };
  }
  let deployment: StageDeployment | undefined;
  const run: typeof deployCommand.run = async (request) => {
    const done = await deployAsAsked(request);
    deployment = done.deployment;
    return done.exitCode;
  };
  const args = argumentsOf(deployCommand, { ...options, names });
  return { exitCode: await runCommand({ ...deployCommand, run }, root, args), deployment };
}

/** The result of a task: that of the last of its names, which are platform and database before the function. */
function statusOf(
  names: readonly string[],
  exitCode: number,
  deployment: StageDeployment | undefined,
): TaskDone['result']['status'] {
  if (exitCode === 0) return 'success';
  if (!deployment) return 'failure';
  const outcomes = names.map((name) => deployment.outcomes.find((outcome) => outcome.name === name));
  if (outcomes.some((outcome) => outcome && 'error' in outcome)) return 'failure';
  return outcomes.at(-1) === undefined && deployment.notTried.some((name) => names.includes(name))
    ? 'skipped'
    : 'success';
}
