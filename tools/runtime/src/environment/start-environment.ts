import type { Isolation } from '@nanoservices/model';
import { bootstrapFile } from './bootstrap-file.ts';
import { Environment, type EnvironmentOptions } from './environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { startProcess } from './process-sandbox.ts';
import type { StartSandbox } from './sandbox.ts';
import { startThread } from './thread-sandbox.ts';

/** Starts an environment with the isolation of its function. */
export type StartEnvironment = (
  configuration: FunctionConfiguration,
  options: Omit<EnvironmentOptions, 'startSandbox'>,
) => Environment;

/** Prepares the programs of processes and threads. */
export async function environmentStarter(): Promise<StartEnvironment> {
  const sandboxes: Record<Isolation, StartSandbox> = {
    process: startProcess(await bootstrapFile('process')),
    thread: startThread(await bootstrapFile('thread')),
  };
  return (configuration, options) =>
    new Environment(configuration, { ...options, startSandbox: sandboxes[configuration.isolation] });
}
