import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/model';

/** An option of a command. */
export interface OptionDescription {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** The value's name in the usage text: `STAGE`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** One line of help, with the default. */
  readonly description: string;
}

export type OptionDescriptions = Readonly<Record<string, OptionDescription>>;

type Value<Option extends OptionDescription> = Option extends { readonly type: 'boolean' }
  ? boolean
  : Option extends { readonly multiple: true }
    ? readonly string[]
    : string;

/** The values of the options that were given. */
export type OptionValues<Options extends OptionDescriptions> = {
  readonly [Name in keyof Options]?: Value<Options[Name]> | undefined;
};

/** The parsed arguments of a command. */
export interface Request<Options extends OptionDescriptions> {
  /** The workspace, absolute. */
  readonly workspaceRoot: string;
  readonly names: readonly string[];
  readonly values: OptionValues<Options>;
}

/** A command of `nanos`: one file exports it. */
export interface Command<Options extends OptionDescriptions = OptionDescriptions> {
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  /** The arguments beside options: their name in the usage text, and how many there may be. */
  readonly names?: { readonly value: string; readonly description: string; readonly most: number };
  readonly options: Options;
  /** Text below the options. */
  readonly details?: string;
  /** @returns the exit code; 0 when there is none */
  run(request: Request<Options>): Promise<number | undefined>;
}

/** Defines a command, so that its options are known to its `run`. */
export function command<const Options extends OptionDescriptions>(
  definition: Command<Options>,
): Command<Options> {
  return definition;
}

/**
 * Parses the arguments of a command.
 *
 * @returns undefined when help is wanted
 * @throws UsageError that names the option
 */
export function parseCommand(
  { name: command, names: expected, options }: Command,
  args: readonly string[],
): Omit<Request<OptionDescriptions>, 'workspaceRoot'> | undefined {
  const all: Record<string, ParseArgsOptionDescriptor> = { help: { type: 'boolean', short: 'h' } };
  for (const [name, { type, multiple = false, short }] of Object.entries(options)) {
    all[name] = { type, multiple, ...(short && { short }) };
  }
  const help = `npx nanos ${command} --help tells more.`;
  const { values, positionals } = parse(args, all, help);
  if (values.help) return undefined;
  const { most = 0, value = '' } = expected ?? {};
  if (positionals.length > most) {
    const taken = expected ? `only ${expected.value}` : 'none';
    throw new UsageError(
      `Unexpected argument "${positionals[most]}": nanos ${command} takes ${taken}. ${help}`,
    );
  }
  if (most === 1 && !value.startsWith('[') && positionals.length === 0) {
    throw new UsageError(`${value} is missing: nanos ${command} ${value}. ${help}`);
  }
  for (const [name, { choices }] of Object.entries(options)) {
    const given = values[name] as string | undefined;
    if (!choices || given === undefined || choices.includes(given)) continue;
    throw new UsageError(`--${name} takes ${choices.join(' or ')}; not "${given}".`);
  }
  return { names: positionals, values: values as OptionValues<OptionDescriptions> };
}

function parse(args: readonly string[], options: Record<string, ParseArgsOptionDescriptor>, help: string) {
  try {
    return parseArgs({
      // Nx hands on a flag as --flag=true.
      args: args.map((arg) => arg.replace(/^(--[a-z-]+)=true$/, '$1')),
      allowPositionals: true,
      allowNegative: true,
      options,
    });
  } catch (error) {
    // Node goes on with advice on arguments that begin with a dash.
    const [problem] = (error as Error).message.split('. To specify');
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${problem}. There are: ${known.join(', ')}. ${help}`);
  }
}

/** The usage text of a command. */
export function usageOf({ name, summary, names, options, details }: Command): string {
  const rows = [
    ...Object.entries(options).map(([option, one]) => [flag(option, one), one.description] as const),
    ['--help', 'show this'] as const,
  ];
  const width = Math.max(...rows.map(([shown]) => shown.length));
  return [
    `Usage: nanos ${name}${names ? ` ${names.value}` : ''} [options]`,
    '',
    `${summary}.`,
    '',
    ...(names ? [`  ${names.value.padEnd(width)}  ${names.description}`, ''] : []),
    ...rows.map(([shown, description]) => `  ${shown.padEnd(width)}  ${description}`),
    ...(details ? ['', details] : []),
  ].join('\n');
}

function flag(name: string, { value = 'VALUE', choices, type, short }: OptionDescription): string {
  const shown = choices ? choices.join('|') : value;
  return `${short ? `-${short}, ` : ''}--${name}${type === 'boolean' ? '' : ` ${shown}`}`;
}

/**
 * Reads a whole number.
 *
 * @throws UsageError that names the option and the range
 */
export function integer(
  option: string,
  text: string | undefined,
  { from, to, otherwise }: { readonly from: number; readonly to: number; readonly otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new UsageError(`--${option} takes a number from ${from} to ${to}; not "${text}".`);
}
