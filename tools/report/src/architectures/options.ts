import { UsageError } from '@nanoservices/model';

/** Options of `nanos report`: descriptors of `parseArgs`, with their help. */
export const reportOptions = {
  topologies: {
    type: 'string',
    value: 'A,B',
    description: 'topologies of topology.json (default: all)',
  },
  rounds: {
    type: 'string',
    value: 'N',
    description: 'number of measurements; topologies take turns (default: 5)',
  },
  seconds: {
    type: 'string',
    value: 'N',
    description: 'duration of the load on each topology in a round (default: 5)',
  },
  concurrency: { type: 'string', value: 'N', description: 'requests at once under load (default: 10)' },
  commits: {
    type: 'string',
    value: 'N',
    description: 'commits of the repository to compare (default: 200)',
  },
  traffic: { type: 'string', value: 'FILE', description: 'default: traffic.json beside topology.json' },
  out: {
    type: 'string',
    value: 'DIR',
    description: 'folder of the report (default: dist/report)',
  },
  quick: {
    type: 'boolean',
    description: 'one round, one second, ten commits: to see that it works; the figures say little',
  },
} as const;

/** Values of {@link reportOptions}, as `parseArgs` gives them. */
export type ReportValues = {
  readonly [Name in keyof typeof reportOptions]?:
    | ((typeof reportOptions)[Name]['type'] extends 'boolean' ? boolean : string)
    | undefined;
};

export interface ReportOptions {
  readonly topologies: readonly string[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly concurrency: number;
  readonly commits: number;
  readonly traffic: string | undefined;
  readonly out: string;
}

/** @throws UsageError that names the option and its range */
export function parseReportOptions(values: ReportValues): ReportOptions {
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
    out: values.out ?? 'dist/report',
  };
}
