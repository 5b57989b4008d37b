import { parseArgs } from 'node:util';
import type { Stage } from '@nanoservices/platform';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { readStage } from '../settings/read-stage.ts';

type Options = Record<string, { type: 'string' | 'boolean' }>;
type Values<O extends Options> = {
  [Name in keyof O]?: O[Name] extends { type: 'string' } ? string : boolean;
};

/** What a command that works on a stage was asked for. */
export interface Request<O extends Options> {
  readonly stage: Stage;
  readonly names: readonly string[];
  readonly values: Values<O> & { readonly json?: boolean };
}

/**
 * Reads the arguments of a command that works on a stage.
 *
 * @returns undefined when only help is wanted; it is printed
 * @throws UsageError that names the option
 */
export function parseOperation<const O extends Options>(
  workspaceRoot: string,
  args: string[],
  usage: string,
  options: O,
): Request<O> | undefined {
  const { values, positionals } = parse(args, usage, options);
  if (values.help) {
    console.log(usage);
    return undefined;
  }
  if (!values.stage) throw new UsageError(`Which stage? Add --stage.\n\n${usage}`);
  return {
    stage: readStage(workspaceRoot, values.stage),
    names: positionals,
    values: values as Request<O>['values'],
  };
}

function parse(args: string[], usage: string, options: Options) {
  try {
    const parsed = parseArgs({
      // Nx hands on a flag as --flag=true.
      args: args.map((arg) => arg.replace(/^(--[a-z-]+)=true$/, '$1')),
      allowPositionals: true,
      options: {
        ...options,
        stage: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return {
      positionals: parsed.positionals,
      values: parsed.values as Record<string, unknown> & { stage?: string; help?: boolean },
    };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
