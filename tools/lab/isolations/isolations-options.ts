import { parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/model';

export const usage = `Usage: nx run lab:isolations [options]

  --rounds N        how often everything is measured (default 5; with --quick 1)
  --quick           less of everything: to see that it works, not to decide by
  --endpoint NAME   of this workspace, as the real function (default: the first one)
  --out DIR         where the report goes (default dist/report)
  --json            print the report's JSON, too
  --help`;

export interface IsolationsOptions {
  readonly rounds: number;
  readonly quick: boolean;
  readonly endpoint?: string | undefined;
  readonly out: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws UsageError that names the option and what it takes */
export function parseIsolationsOptions(args: readonly string[]): IsolationsOptions {
  const values = parse(args);
  const quick = values.quick ?? false;
  return {
    rounds: roundsOf(values.rounds) ?? (quick ? 1 : 5),
    quick,
    endpoint: values.endpoint,
    out: values.out ?? 'dist/report',
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string' },
        quick: { type: 'boolean' },
        endpoint: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function roundsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new UsageError(`--rounds takes a number from 1 to 99; not "${text}".`);
}
