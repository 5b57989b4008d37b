import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failed } from '../errors.ts';
import { renderService, type Service } from '../stacks/service.ts';

/** A template of CloudFormation, as Serverless makes it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, object>>;
  readonly [section: string]: unknown;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** A failure of `serverless package`, with its output. */
export class ServerlessFailed extends Failed {}

const require = createRequire(import.meta.url);
const serverless = require.resolve('serverless/bin/serverless.js');

/** The version of Serverless, which decides about the templates. */
export const serverlessVersion: string = require('serverless/package.json').version;

/** The file that a service's `package.artifact` names. */
export const codeFile = 'function.zip';

/**
 * The template that Serverless makes of a service. It asks no cloud, and takes one to two seconds however many functions the
 * service has.
 *
 * @throws ServerlessFailed with the output of Serverless
 */
export async function serverlessTemplate(service: Service): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'serverless-'));
  try {
    writeFileSync(join(folder, 'serverless.yml'), renderService(service, 'For its template.'));
    // Serverless wants the file. It reads it in a deployment only.
    writeFileSync(join(folder, codeFile), '');
    await runPackage(folder);
    return JSON.parse(
      readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The template with the bucket that Serverless would have named, had it deployed by itself. */
export function withDeploymentBucket(template: Template, bucket: string): Template {
  const { ServerlessDeploymentBucketName: output, ...others } = template.Outputs ?? {};
  return {
    ...template,
    Outputs: { ...others, ServerlessDeploymentBucketName: { ...output, Value: bucket } },
  };
}

async function runPackage(folder: string): Promise<void> {
  const child = spawn(process.execPath, [serverless, 'package'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, problems, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
  ]);
  if (code !== 0) throw new ServerlessFailed(`serverless package failed:\n${out}${problems}`.trimEnd());
}
