import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { Failed } from '../errors.ts';

const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/**
 * Runs `serverless deploy` for the serverless.yml of a folder. `--force` turns off its own check for changes, which misses
 * packages made elsewhere (serverless#13770) and code that was updated without it.
 *
 * @param bucket - the deployment bucket; undefined for the service that makes it
 * @throws Failed with the output of Serverless
 */
export async function serverlessDeploy(folder: string, bucket?: string): Promise<void> {
  const parameter = bucket ? ['--param', `deploymentBucket=${bucket}`] : [];
  const failure = await runServerless(folder, ['deploy', '--force', ...parameter]);
  if (failure) throw failure;
}

/**
 * Runs Serverless for the serverless.yml of a folder.
 *
 * @returns an error with the output of Serverless, if it fails
 */
export async function runServerless(folder: string, args: readonly string[]): Promise<Failed | undefined> {
  const child = spawn(process.execPath, [serverless, ...args], {
    cwd: folder,
    env: {
      ...process.env,
      // The interval in ms at which it polls CloudFormation. The default, 5 s, is as long as a small stack takes.
      SLS_AWS_MONITORING_FREQUENCY: process.env.SLS_AWS_MONITORING_FREQUENCY ?? '2000',
      NO_COLOR: '1',
    },
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
  return code === 0 ? undefined : new Failed(`serverless ${args[0]} failed:\n${out}${problems}`.trimEnd());
}
