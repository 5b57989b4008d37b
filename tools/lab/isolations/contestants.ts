import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Isolation } from '@nanoservices/model';
import { environmentStarter, type FunctionConfiguration } from '@nanoservices/runtime/environment';

/** The place of a handler: an environment of the local Lambda, or its host, without isolation. */
export const contestants = ['process', 'thread', 'in-process'] as const;
export type Contestant = (typeof contestants)[number];

/** A function that has started. */
export interface Started {
  invoke(event: unknown): Promise<unknown>;
  /** True if it has ended without `stop`. */
  readonly stopped: boolean;
  stop(): Promise<void>;
}

export interface FunctionToStart {
  /** The bundle's file. */
  readonly bundle: string;
  readonly memorySize?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export type Start = (contestant: Contestant, toStart: FunctionToStart) => Promise<Started>;

/** Prepares what environments start from, so that it counts for none of them. */
export async function starter(): Promise<Start> {
  const startEnvironment = await environmentStarter();
  return (contestant, toStart) =>
    contestant === 'in-process'
      ? startInProcess(toStart)
      : startIsolated(startEnvironment, configurationOf(contestant, toStart));
}

export function configurationOf(
  isolation: Isolation,
  { bundle, memorySize = 512, timeout = 60, environment = {} }: FunctionToStart,
): FunctionConfiguration {
  // Nothing is logged: the cost of a log line does not depend on isolation.
  const quiet = { AWS_LAMBDA_LOG_LEVEL: 'FATAL', ...environment };
  return {
    functionName: 'measured',
    bundle,
    isolation,
    memorySize,
    timeout,
    environment: quiet,
    logFormat: 'JSON',
  };
}

async function startIsolated(
  startEnvironment: Awaited<ReturnType<typeof environmentStarter>>,
  configuration: FunctionConfiguration,
): Promise<Started> {
  const environment = startEnvironment(configuration, { log: () => {} });
  if (!(await environment.initialised())) {
    const { error } = await environment.invoke({ requestId: randomUUID(), event: '{}' });
    throw new Error(`${configuration.bundle} cannot be started: ${error?.errorMessage}`);
  }
  return {
    invoke: async (event) => {
      const result = await environment.invoke({ requestId: randomUUID(), event: JSON.stringify(event) });
      if (result.error) throw new Error(result.error.errorMessage);
      return JSON.parse(result.payload);
    },
    get stopped() {
      return environment.stopped;
    },
    stop: () => environment.stop(),
  };
}

let imports = 0;

/** A module cannot be unloaded: `stop` only drops the reference. */
async function startInProcess({ bundle, environment }: FunctionToStart): Promise<Started> {
  Object.assign(process.env, environment);
  // Each start is a separate module, as in separate environments.
  let module = await import(`${pathToFileURL(bundle).href}?start=${++imports}`);
  return {
    invoke: async (event) => {
      const result = await module.handler(event, {});
      await turn();
      return result;
    },
    stopped: false,
    stop: async () => {
      module = undefined;
    },
  };
}
