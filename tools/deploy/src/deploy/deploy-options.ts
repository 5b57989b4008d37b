import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/workspace/usage-error';

export const usage = `Usage: nx run <function>:deploy --stage STAGE [options]
       nx affected -t deploy --stage STAGE [options]
       npx deploy [name ...] --stage STAGE [options]   (in one process, of what is packaged; exact exit codes)

Deploys functions whose code or configuration changed. A name is that of a function, or one of:
  platform   the deployment bucket
  database   migrations
  api        routes
Without a name, all of them in this order, functions before api.

  --stage STAGE        one of functions/stages.json
  --topology NAME      instead of what functions/topology.json or NANO_TOPOLOGY says
  --dry-run            print what would be done, and why; change nothing
  --force              deploy what is unchanged too
  --skip-migrations    of a database that cannot be reached from here
  --wait SECONDS       for somebody else who deploys the same (default 600)
  --concurrency N      functions at once
  --json               print the results as JSON
  --help

Exit codes: 0 done, 1 something could not be deployed (what was live still is), 2 wrong usage or settings, 3 somebody else
is deploying the same. (nx makes 1 of every failure.)`;

export interface DeployOptions {
  readonly names: readonly string[];
  readonly stage: string;
  readonly topology?: string | undefined;
  readonly isDryRun: boolean;
  readonly isForced: boolean;
  readonly skipMigrations: boolean;
  readonly waitMs: number;
  readonly concurrency: number;
  readonly json: boolean;
}

/**
 * @returns undefined when only help is wanted
 * @throws UsageError that names the option and what it takes
 */
export function parseDeployOptions(args: string[]): DeployOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (!values.stage) throw new UsageError(`Which stage? Add --stage.\n\n${usage}`);
  return {
    names: positionals,
    stage: values.stage,
    topology: values.topology,
    isDryRun: values['dry-run'] ?? false,
    isForced: values.force ?? false,
    skipMigrations: values['skip-migrations'] ?? false,
    waitMs: 1000 * wholeNumber('--wait', values.wait ?? '600'),
    concurrency: wholeNumber('--concurrency', values.concurrency ?? `${Math.max(4, availableParallelism())}`),
    json: values.json ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      // Nx hands on a flag as --flag=true.
      args: args.map((arg) => arg.replace(/^(--[a-z-]+)=true$/, '$1')),
      allowPositionals: true,
      options: {
        stage: { type: 'string' },
        topology: { type: 'string' },
        'dry-run': { type: 'boolean' },
        force: { type: 'boolean' },
        'skip-migrations': { type: 'boolean' },
        wait: { type: 'string' },
        concurrency: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,6}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`${flag} takes a whole number above 0; not "${text}".`);
}
