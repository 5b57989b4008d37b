import { parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { Isolation } from '../environment/sandbox.ts';
import type { LogStyle } from './log-printer.ts';

export const usage = `Usage: npm start -- [options]

  --port N                    of the HTTP API (default 3000; 0: any that is free)
  --lambda-port N             of the Lambda API (default 3001)
  --host ADDRESS              to listen on (default 127.0.0.1: only this machine)
  --topology NAME             how endpoints are packed into functions, instead of what functions/topology.json says
  --isolation process|thread  for all functions, instead of functions/topology.json
  --logs pretty|text|json     one readable line per request, or Lambda's own log lines (default pretty)
  --no-watch                  do not rebuild what changes
  --concurrency N             invocations of one function at once, where it reserves none (default 100)
  --idle-timeout SECONDS      after which an environment without work is stopped (default 300)
  --help

It works on the database of DATABASE_URL, or on an embedded one.`;

export interface StartOptions {
  readonly port: number;
  readonly lambdaPort: number;
  readonly host: string;
  readonly topology?: string | undefined;
  readonly isolation?: Isolation | undefined;
  readonly logs: LogStyle;
  readonly watch: boolean;
  readonly concurrency: number;
  readonly idleTimeoutMs: number;
  readonly help: boolean;
}

/** @throws UsageError that names the option and what it takes */
export function parseStartOptions(args: string[]): StartOptions {
  const values = parse(args);
  return {
    port: integer('--port', values.port, { from: 0, to: 65_535 }) ?? 3000,
    lambdaPort: integer('--lambda-port', values['lambda-port'], { from: 0, to: 65_535 }) ?? 3001,
    host: values.host ?? '127.0.0.1',
    topology: values.topology,
    isolation: choice('--isolation', values.isolation, ['process', 'thread']),
    logs: choice('--logs', values.logs, ['pretty', 'text', 'json']) ?? 'pretty',
    watch: values.watch ?? true,
    concurrency: integer('--concurrency', values.concurrency, { from: 1, to: 1000 }) ?? 100,
    idleTimeoutMs: 1000 * (integer('--idle-timeout', values['idle-timeout'], { from: 1, to: 86_400 }) ?? 300),
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      allowNegative: true,
      options: {
        port: { type: 'string', short: 'p' },
        'lambda-port': { type: 'string' },
        host: { type: 'string' },
        topology: { type: 'string' },
        isolation: { type: 'string' },
        logs: { type: 'string' },
        watch: { type: 'boolean' },
        concurrency: { type: 'string' },
        'idle-timeout': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function integer(
  flag: string,
  text: string | undefined,
  { from, to }: { from: number; to: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new UsageError(`${flag} takes a number from ${from} to ${to}; not "${text}".`);
}

function choice<const Choice extends string>(
  flag: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((one) => one === text);
  if (found) return found;
  throw new UsageError(`${flag} takes ${choices.join(' or ')}; not "${text}".`);
}
