import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { Failed } from '../failed.ts';

const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/**
 * Runs `serverless deploy` for the serverless.yml of a folder. We have decided that there is something to do, so its own
 * check is off: it misses packages made elsewhere (serverless#13770), and code that was updated without it.
 *
 * @param bucket - the deployment bucket; undefined for the service that makes it
 * @throws Failed with all that Serverless printed
 */
export async function serverlessDeploy(folder: string, bucket?: string): Promise<void> {
  const args = [
    serverless,
    'deploy',
    '--force',
    ...(bucket ? ['--param', `deploymentBucket=${bucket}`] : []),
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: {
      ...process.env,
      // How often it looks whether CloudFormation is done: 5 s by default, the time of a whole small stack.
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
  if (code !== 0) throw new Failed(`serverless deploy failed:\n${out}${problems}`.trimEnd());
}
