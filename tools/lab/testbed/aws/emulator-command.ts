/**
 * `nx run lab:emulator`: starts an emulated AWS that the stages of this workspace can be deployed to, and the development
 * database behind it. It prints the variables that lead commands there, and stays until Ctrl-C. With `--latency 1`, everything
 * takes as long as on AWS; see latencies.json.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { acquireDatabase } from '@nanoservices/database';
import { databaseUrlParameter } from '@nanoservices/deploy';
import { readLayout, readStages, type Stage } from '@nanoservices/model';
import { repositoryRoot } from '../repository.ts';
import { emulatorVariables, startEmulator } from './emulator.ts';

const { values } = parseArgs({ options: { latency: { type: 'string', default: '0' } } });
const latency = Number(values.latency);
if (!(latency >= 0)) {
  console.error(`--latency ${values.latency}: a number from 0 on, as 1 for as long as on AWS.`);
  process.exit(2);
}
const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
const stages = readStages(repositoryRoot);
const lease = await acquireDatabase(readLayout(repositoryRoot));
const emulator = await startEmulator({ latency }).catch(async (error: Error) => {
  console.error(`The emulator cannot be started; it needs Python 3 with venv. ${error.message}`);
  await lease.release();
  process.exit(1);
});
// However this ends.
process.on('exit', () => emulator.close());

const variables = emulatorVariables(emulator.url, latency);
Object.assign(process.env, variables);
for (const stage of stages) await storeDatabaseUrl(stage, `${lease.url}?sslmode=disable`);
for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${value}`);
console.log(
  `\nType these lines in another terminal, and deploy there: npx nanos deploy --stage ${stages[0]?.name}\nCtrl-C ends the emulator, which forgets everything.`,
);
// Waiting for a signal keeps no process alive.
const waiting = setInterval(() => {}, 2 ** 30);
const crash = await Promise.race([stopped, emulator.ended]);
clearInterval(waiting);
await lease.release();
if (typeof crash === 'string') console.error(`The emulator ended:\n${crash}`);
process.exit(typeof crash === 'string' ? 1 : 0);

/** Gives a stage the database of this machine. */
async function storeDatabaseUrl(stage: Stage, url: string): Promise<void> {
  const ssm = new SSMClient({ region: stage.region });
  const parameter = { Name: databaseUrlParameter(stage), Value: url, Type: 'SecureString' as const };
  await ssm.send(new PutParameterCommand({ ...parameter, Overwrite: true }));
}
