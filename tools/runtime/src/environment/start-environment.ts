import { bootstrapFile } from './bootstrap-file.ts';
import { Environment, type EnvironmentOptions } from './environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { startProcess } from './process-sandbox.ts';
import type { Isolation, StartSandbox } from './sandbox.ts';
import { startThread } from './thread-sandbox.ts';

export type StartEnvironment = (
  configuration: FunctionConfiguration,
  isolation: Isolation,
  options: Omit<EnvironmentOptions, 'startSandbox'>,
) => Environment;

/** Prepares what environments of both kinds start from. */
export async function environmentStarter(): Promise<StartEnvironment> {
  const sandboxes: Record<Isolation, StartSandbox> = {
    process: startProcess(await bootstrapFile('process')),
    thread: startThread(await bootstrapFile('thread')),
  };
  return (configuration, isolation, options) =>
    new Environment(configuration, { ...options, startSandbox: sandboxes[isolation] });
}
