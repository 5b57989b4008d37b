import { parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/workspace/usage-error';

export const usage = `Usage: npx nx run report:architectures [options]

  --topologies A,B     of functions/topology.json (default: all)
  --rounds N           how often everything is measured, topologies taking turns (default 5)
  --seconds N          of load on each topology in a round (default 5)
  --concurrency N      requests at once under load (default 10)
  --commits N          of the repository's history to compare (default 200)
  --traffic FILE       instead of functions/traffic.json
  --out DIR            where the report is written (default tools/report/dist)
  --quick              one round, one second, ten commits: to see that it works; its figures say little
  --help

It works on a copy of the workspace, with an embedded PostgreSQL of its own, and asks GET endpoints only.`;

export interface ReportOptions {
  readonly topologies: readonly string[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly concurrency: number;
  readonly commits: number;
  readonly traffic: string | undefined;
  readonly out: string;
  readonly help: boolean;
}

/** @throws UsageError that names the option and what it takes */
export function parseReportOptions(args: string[]): ReportOptions {
  const values = parse(args);
  const quick = values.quick ?? false;
  const integer = (
    flag: 'rounds' | 'seconds' | 'concurrency' | 'commits',
    otherwise: number,
    most: number,
  ) => {
    const text = values[flag];
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
    throw new UsageError(`--${flag} takes a number from 1 to ${most}; not "${text}".`);
  };
  return {
    topologies: values.topologies?.split(',').map((name) => name.trim()),
    rounds: integer('rounds', quick ? 1 : 5, 100),
    seconds: integer('seconds', quick ? 1 : 5, 600),
    concurrency: integer('concurrency', 10, 100),
    commits: integer('commits', quick ? 10 : 200, 10_000),
    traffic: values.traffic,
    out: values.out ?? 'tools/report/dist',
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        topologies: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        concurrency: { type: 'string' },
        commits: { type: 'string' },
        traffic: { type: 'string' },
        out: { type: 'string' },
        quick: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
