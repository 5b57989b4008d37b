import {
  type BootstrapStep,
  bootstrapAdvice,
  bootstrapStage,
  deployStage,
  parentOf,
} from '@nanoservices/deploy';
import { readWorkspace, type Stage, type Workspace } from '@nanoservices/model';
import { exitCodes } from '../command-line/exit-codes.ts';
import { readSecretValue } from './read-secret-value.ts';
import { requireStage } from './stage-option.ts';
import type { StageOptions } from './stage-options.ts';
import { tell } from './tell.ts';

const marks: Readonly<Record<BootstrapStep['state'], string>> = { there: '-', made: '✓', left: '✗' };

/** `nanos stage bootstrap`: prints each step. @returns the exit code: `failed` when something is left to a person */
export async function bootstrap(workspaceRoot: string, options: StageOptions): Promise<number> {
  const workspace = await readWorkspace(workspaceRoot);
  const stage = workspace.stage(requireStage(options.stage));
  const application = workspace.pack();
  const isDryRun = options['dry-run'] ?? false;
  let isReady = true;
  const done = ({ name, state, text }: BootstrapStep) => {
    if (state === 'left') isReady = false;
    console.log(`${isDryRun && state === 'made' ? '→' : marks[state]} ${name}: ${text}`);
  };
  await bootstrapStage({
    stage,
    parent: parentOf(stage, workspace.stage),
    application,
    isDryRun,
    askDatabaseUrl: process.stdin.isTTY
      ? () => readSecretValue(`Connection string of the owner of the database of ${stage.name}: `)
      : undefined,
    deployPlatform: () => deployPlatform(workspace, stage, isDryRun),
    done,
  });
  for (const advice of bootstrapAdvice(stage, application)) console.log(advice);
  console.log(
    isReady
      ? `Next: npx nanos deploy --stage ${stage.name}`
      : 'Do what is marked with ✗, and run this again.',
  );
  return isReady ? exitCodes.done : exitCodes.failed;
}

async function deployPlatform(workspace: Workspace, stage: Stage, isDryRun: boolean) {
  const { outcomes } = await deployStage(workspace, {
    stage,
    names: ['platform'],
    isDryRun,
    isForced: false,
    skipMigrations: true,
    waitMs: 600_000,
    concurrency: 1,
    progress: 'none',
    tell,
    prepare: async () => {},
  });
  const [outcome] = outcomes;
  if (!outcome) throw new Error('The platform was neither deployed nor skipped.');
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}
