import { deployerNotes, renderDeployerRole, deployerRole as templateOf } from '@nanoservices/deploy';
import { readStage, readWorkspace, UsageError } from '@nanoservices/model';
import { findStageOrPattern, requireStage } from './stage-option.ts';
import type { StageOptions } from './stage-options.ts';
import { tell } from './tell.ts';

/** `nanos stage deployer-role`: prints the template of the role that deploys a stage. The previews of a pattern share one. */
export async function deployerRole(workspaceRoot: string, options: StageOptions): Promise<number> {
  const { repository, environment, provider: providerArn } = options;
  refuse('repository', repository, /^[\w.-]+\/[\w.-]+$/, 'a GitHub repository: owner/name');
  refuse(
    'environment',
    environment,
    /^[^:*?]+$/,
    'an environment of the repository, without ":", "*" and "?"',
  );
  refuse(
    'provider',
    providerArn,
    /^arn:[\w-]+:iam::\d{12}:oidc-provider\/.+$/,
    'the ARN of an identity provider',
  );
  const stage = findStageOrPattern(workspaceRoot, requireStage(options.stage));
  const parent = stage.preview?.inherits ? readStage(workspaceRoot, stage.preview.inherits) : undefined;
  const functions = (await readWorkspace(workspaceRoot)).everyFunction();
  const template = templateOf({ stage, parent, functions }, { repository, environment, providerArn });
  const given = Object.entries({ stage: stage.name, repository, environment, provider: providerArn })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` --${name} '${value}'`);
  process.stdout.write(renderDeployerRole(template, `nanos stage deployer-role${given.join('')}`));
  for (const note of deployerNotes(stage, functions)) tell(note);
  return 0;
}

function refuse(option: string, value: string | undefined, pattern: RegExp, meaning: string): void {
  if (value === undefined || pattern.test(value)) return;
  throw new UsageError(`--${option} takes ${meaning}; not "${value}".`);
}
