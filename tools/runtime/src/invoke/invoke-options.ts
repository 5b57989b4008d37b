import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/workspace/usage-error';

export const usage = `Usage: nx run <endpoint or unit>:invoke [options]
       npx invoke <endpoint> [options]     (exact exit codes, nothing but the answer on stdout)

  --path PATH          as in the contract, with its parameters filled in; may have a query string
  --method METHOD      of a unit's endpoint (default GET); a single endpoint has its own
  --query NAME=VALUE   a query parameter; may be repeated
  --header 'NAME: V'   a request header; may be repeated
  --data BODY          the request body; @FILE reads it from a file, - from standard input
  --token JWT          act as the token's user (its signature is not checked here); default: a demo user
  --event FILE         send this event as it is, instead of one made from the options above
  --timeout SECONDS    instead of the function's own
  --json               print the function's raw response as JSON
  --help

Exit codes: 0 the function answered, 1 it failed, 2 wrong usage. (nx makes 1 of every failure.)`;

export interface InvokeOptions {
  readonly endpoint: string;
  readonly path?: string | undefined;
  /** In capitals. */
  readonly method?: string | undefined;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly data?: Buffer | undefined;
  readonly token?: string | undefined;
  /** The event, as JSON. */
  readonly event?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly json: boolean;
  readonly help: boolean;
  /** Whether the endpoint's bundle is known to be up to date. */
  readonly built: boolean;
}

/** @throws UsageError that names the option and what it takes */
export function parseInvokeOptions(args: string[]): InvokeOptions {
  const { values, positionals } = parse(args);
  const [endpoint, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`Unexpected argument "${rest[0]}".\n\n${usage}`);
  if (!endpoint && !values.help) throw new UsageError(`Which endpoint?\n\n${usage}`);
  if (values.event && (values.path ?? values.query ?? values.header ?? values.data ?? values.token)) {
    throw new UsageError(
      '--event sends a whole event: it goes with none of --path, --query, --header, --data, --token.',
    );
  }
  return {
    endpoint: endpoint ?? '',
    path: values.path,
    method: values.method?.toUpperCase(),
    query: (values.query ?? []).map((text) => pair(text, '=', '--query NAME=VALUE')),
    headers: (values.header ?? []).map((text) => pair(text, ':', "--header 'NAME: VALUE'")),
    data: values.data === undefined ? undefined : readData(values.data),
    token: values.token,
    event: values.event === undefined ? undefined : readEvent(values.event),
    timeout: values.timeout === undefined ? undefined : seconds(values.timeout),
    json: values.json ?? false,
    help: values.help ?? false,
    built: values.built ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        path: { type: 'string' },
        method: { type: 'string' },
        query: { type: 'string', multiple: true },
        header: { type: 'string', multiple: true },
        data: { type: 'string' },
        token: { type: 'string' },
        event: { type: 'string' },
        timeout: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        built: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function pair(text: string, separator: string, form: string): [string, string] {
  const at = text.indexOf(separator);
  if (at < 1) throw new UsageError(`"${text}" is not of the form ${form}.`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function readData(data: string): Buffer {
  if (data === '-') return readFileSync(0);
  return data.startsWith('@') ? readFile(data.slice(1), '--data') : Buffer.from(data);
}

function readEvent(file: string): string {
  const text = readFile(file, '--event').toString();
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new UsageError(`--event ${file}: ${(error as Error).message}`);
  }
}

function readFile(file: string, flag: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${flag}: cannot read ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 900))
    throw new UsageError(`--timeout takes seconds, above 0 and up to 900; not "${text}".`);
  return value;
}
