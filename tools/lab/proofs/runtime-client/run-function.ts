import { join } from 'node:path';
import type { Isolation } from '@nanoservices/model';
import type { InvokeResult, LogEntry, StartEnvironment } from '@nanoservices/runtime/environment';
import { awsVariables } from './aws-variables.ts';
import { type Ending, type Observation, observe } from './observation.ts';
import { type ClientAnswer, type ClientInvocation, runWithClient } from './runtime-api.ts';

/** A function to run by AWS's client and by the local runtime. */
export interface ProvenFunction {
  /** Absolute folder of `handler.mjs`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: 'Text' | 'JSON';
}

const timeout = 5;

/** Runs invocations with AWS's client, one after the other, up to the end of its process. */
export async function runOnClient(
  { folder, environment, logFormat }: ProvenFunction,
  invocations: readonly ClientInvocation[],
  client: string,
): Promise<Observation> {
  const variables = { ...awsVariables(folder, logFormat), ...environment };
  const { answers, output } = await runWithClient({ client, folder, timeout, variables }, invocations);
  return observe(folder, answers.map(endingOfAnswer), output.split('\n'));
}

/** Runs the same in an environment of the local runtime. */
export async function runLocally(
  { folder, ...settings }: ProvenFunction,
  invocations: readonly ClientInvocation[],
  { isolation, startEnvironment }: { isolation: Isolation; startEnvironment: StartEnvironment },
): Promise<Observation> {
  const bundle = join(folder, 'handler.mjs');
  const entries: LogEntry[] = [];
  const environment = startEnvironment(
    { functionName: 'fn', bundle, isolation, memorySize: 256, timeout, ...settings },
    { log: (entry) => entries.push(entry) },
  );
  const endings: Ending[] = [];
  for (const invocation of invocations) {
    endings.push(endingOfResult(await environment.invoke(invocation), entries));
    if (environment.stopped) break;
  }
  await environment.stop();
  const lines = entries.flatMap((entry) => (entry.type === 'function' ? [entry.line] : []));
  return observe(folder, endings, lines);
}

function endingOfAnswer(answer: ClientAnswer): Ending {
  if (answer.type === 'exit') return answer;
  const said = JSON.parse(answer.body);
  return answer.type === 'response'
    ? { type: 'response', payload: said }
    : { type: answer.type, error: said };
}

function endingOfResult({ payload, error }: InvokeResult, entries: readonly LogEntry[]): Ending {
  if (!error) return { type: 'response', payload: JSON.parse(payload) };
  if (error.errorType === 'Runtime.ExitError') return { type: 'exit', status: statusOf(error.errorMessage) };
  const isOfInit = entries.some(({ type }) => type === 'init');
  return { type: isOfInit ? 'init error' : 'error', error };
}

function statusOf(message: string): number | string {
  if (message.endsWith('without providing a reason')) return 0;
  const status = /exit status (\d+)$/.exec(message)?.[1];
  return status === undefined ? message : Number(status);
}
