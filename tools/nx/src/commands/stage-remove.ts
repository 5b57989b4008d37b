import { createInterface } from 'node:readline/promises';
import {
  isEmpty,
  parentOf,
  readContents,
  removeStage,
  requireAccount,
  type StageContents,
  stacksOf,
  whatIsLeft,
} from '@nanoservices/deploy';
import { readWorkspace, type Stage, UsageError, type Workspace } from '@nanoservices/model';
import { exitCodes, reportError } from '../command-line/exit-codes.ts';
import { listStages } from './stage-list.ts';
import { requireStage } from './stage-option.ts';
import type { StageOptions } from './stage-options.ts';

/** `nanos stage remove`: shows what a stage has, asks, deletes it, and proves that nothing is left. */
export async function remove(workspaceRoot: string, options: StageOptions): Promise<number> {
  if (options.expired && options.stage !== undefined) {
    throw new UsageError('--expired removes all expired previews: leave --stage out.');
  }
  const workspace = await readWorkspace(workspaceRoot);
  if (!options.expired)
    return removeOne(workspace, findStage(workspace, requireStage(options.stage)), options);
  const isExpiring = (settings: Stage | undefined) => settings?.preview?.ttlHours !== undefined;
  const listed = await listStages(workspaceRoot, isExpiring);
  for (const one of listed) {
    if (!one.settings) console.log(`${one.name} in ${one.region} stays: ${withoutSettings}`);
    else if (isExpiring(one.settings) && !one.changedAt) {
      console.log(`${one.name} stays: there is no right to read when it was deployed last.`);
    }
  }
  const expired = listed.flatMap(({ settings, expiresAt }) =>
    settings && expiresAt && expiresAt.getTime() <= Date.now() ? [settings] : [],
  );
  if (expired.length === 0) console.log('No preview has expired.');
  const codes: number[] = [];
  // One that cannot be removed does not keep the others.
  for (const stage of expired) codes.push(await removeOne(workspace, stage, options).catch(reportError));
  return Math.max(exitCodes.done, ...codes);
}

const withoutSettings =
  'stages.json does not describe it any more. Add its entry again, with its region and its "databaseUrlParameter" if it had one, remove the stage, and delete the entry.';

/** @throws UsageError that tells how a stage is removed whose settings are gone */
function findStage(workspace: Workspace, name: string): Stage {
  try {
    return workspace.stage(name);
  } catch (error) {
    if (!(error instanceof UsageError) || !error.message.includes('there is no stage')) throw error;
    throw new UsageError(`${error.message} If ${name} is deployed: ${withoutSettings}`, { cause: error });
  }
}

async function removeOne(workspace: Workspace, stage: Stage, options: StageOptions): Promise<number> {
  const { name } = stage;
  await requireAccount(stage);
  const contents = await readContents(stage);
  if (isEmpty(contents)) {
    for (const line of [`The stage ${name} has nothing on AWS.`, ...foreignLines(contents.foreign)])
      console.log(line);
  } else {
    for (const line of describe(stage, contents, options['skip-database'] ?? false)) console.log(line);
    if (options['dry-run']) return exitCodes.done;
    if (!options.yes && !(await confirm(name))) {
      console.error(`This is not "${name}": nothing was removed.`);
      return exitCodes.failed;
    }
    await removeStage({
      stage,
      parent: parentOf(stage, workspace.stage),
      functionNames: workspace.everyFunction().map((one) => one.name),
      skipDatabase: options['skip-database'] ?? false,
      tell: (line) => console.log(line),
    });
  }
  const left = await whatIsLeft(stage);
  if (left.length > 0) {
    console.error(`These are left of ${name}: ${left.join(', ')}.`);
    return exitCodes.failed;
  }
  console.log(
    `Nothing is left of ${name}: no stack and no function has its name and tags, no parameter its path.`,
  );
  return exitCodes.done;
}

function describe(stage: Stage, contents: StageContents, skipDatabase: boolean): string[] {
  const { parameters, foreign } = contents;
  const stacks = stacksOf(contents).map(({ name }) => name);
  const database =
    stage.preview?.inherits === undefined
      ? 'the roles of its functions in the database; not the database'
      : 'its database, and the roles of its functions';
  return [
    `The stage ${stage.name} in ${stage.region}:`,
    ...(stacks.length > 0 ? [`  stacks: ${stacks.join(', ')}`] : []),
    ...(parameters.length > 0 ? [`  parameters: ${parameters.join(', ')}`] : []),
    ...(skipDatabase ? [] : [`  ${database}`]),
    ...foreignLines(foreign),
  ];
}

/** Stacks of others with the tags of a stage, such as a database that a person tagged. */
function foreignLines(foreign: readonly string[]): string[] {
  if (foreign.length === 0) return [];
  return [
    `These stacks have the tags, and are not made by nanos: ${foreign.join(', ')}. They stay, and are yours to delete.`,
  ];
}

async function confirm(name: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`There is no terminal to ask on whether to remove ${name}: add --yes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const reply = await terminal.question('All of this is deleted for good. Type the name of the stage: ');
  terminal.close();
  return reply.trim() === name;
}
