import { basename, relative } from 'node:path';
import { cancel, intro, isCancel, log, outro, select, spinner, text } from '@clack/prompts';
import { createWorkspace } from './create-workspace.ts';
import { Mistake, type Options, parseOptions, requireScope, usageOf } from './options.ts';
import { Interrupted } from './staging.ts';
import { type Target, targetOf } from './target.ts';
import { defaultTemplate, readTemplates, type Template } from './templates.ts';

/** The answers of the person, or the defaults. */
interface Answers {
  readonly target: Target;
  /** Name of a template. */
  readonly template: string;
  readonly scope: string;
}

/**
 * `npm create nanoservices@latest`.
 *
 * @returns the exit code: 0 when the workspace is there, 1 when it failed, 2 for wrong usage, 130 when it was cancelled
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const templates = readTemplates();
    const options = parseOptions(args, templates);
    if (options.help) {
      console.log(usageOf(templates));
      return 0;
    }
    requireNpm();
    const asks = !options.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
    const answers = asks ? await ask(options, templates) : defaults(options, templates);
    if (!answers) {
      cancel('Nothing was created.');
      return 130;
    }
    await create(answers, options.git, asks);
    return 0;
  } catch (error) {
    if (error instanceof Mistake) {
      console.error(error.message);
      return 2;
    }
    console.error(`${(error as Error).message}\n\nNothing was created.`);
    return error instanceof Interrupted ? 130 : 1;
  }
}

/** npm 10 comes with Node 20. Its user agent is missing where another program runs this one. */
function requireNpm(): void {
  const [, major] = /^npm\/(\d+)\./.exec(process.env.npm_config_user_agent ?? '') ?? [];
  if (major !== undefined && Number(major) < 10) {
    throw new Mistake(
      `This is npm ${major}; the workspace needs npm 10 or newer: npm install --global npm@latest.`,
    );
  }
}

function defaults(
  { folder, template = defaultTemplate, scope }: Options,
  templates: readonly Template[],
): Answers {
  if (folder === undefined) throw new Mistake(`Name the folder of the workspace.\n\n${usageOf(templates)}`);
  const target = targetOf(folder);
  return { target, template, scope: scope ?? `@${target.name}` };
}

/** @returns undefined when the person cancels */
async function ask(options: Options, templates: readonly Template[]): Promise<Answers | undefined> {
  intro('A workspace of nanoservices for AWS Lambda');
  const folder =
    options.folder ?? (await text({ message: 'Folder', placeholder: 'shop', validate: mistakeIn(targetOf) }));
  if (isCancel(folder)) return undefined;
  const target = targetOf(folder);
  const template =
    options.template ??
    (await select({
      message: 'Template',
      options: templates.map(({ name, description }) => ({ value: name, label: name, hint: description })),
    }));
  if (isCancel(template)) return undefined;
  const scope =
    options.scope ??
    (await text({
      message: 'npm scope of the packages',
      initialValue: `@${target.name}`,
      validate: mistakeIn(requireScope),
    }));
  if (isCancel(scope)) return undefined;
  return { target, template, scope };
}

/** Makes a validation of a prompt: it gives the message of the mistake. */
function mistakeIn(check: (value: string) => unknown) {
  return (value: string | undefined): string | undefined => {
    try {
      check(value ?? '');
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
}

async function create({ target, template, scope }: Answers, git: boolean, asks: boolean): Promise<void> {
  const progress = asks ? spinner() : undefined;
  progress?.start('Writing files');
  const onStep = (step: string) => (progress ? progress.message(step) : console.log(`${step} …`));
  let notes: string[];
  try {
    notes = await createWorkspace({ target, template, scope, git, onStep });
  } catch (error) {
    progress?.error('It failed');
    throw error;
  }
  progress?.stop(`${basename(target.folder)} is there`);
  for (const note of notes) asks ? log.warn(note) : console.log(note);
  const folder = relative(process.cwd(), target.folder);
  const next = [...(folder ? [`cd ${quoted(folder)}`] : []), 'npm start'].join(' && ');
  asks ? outro(next) : console.log(`\nRun it: ${next}`);
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
