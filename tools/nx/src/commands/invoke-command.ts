import { readFileSync } from 'node:fs';
import {
  findGroup,
  type LogLevel,
  logLevels,
  readLayout,
  readNamedManifest,
  UsageError,
} from '@nanoservices/model';
import { command, type OptionValues } from '../command-line/command.ts';
import { runQuietly } from './run-quietly.ts';

const options = {
  path: {
    type: 'string',
    value: 'PATH',
    description: 'as in the contract, with its parameters filled in; may have a query string',
  },
  method: {
    type: 'string',
    value: 'METHOD',
    description: "of a unit's endpoint (default GET); a single endpoint has its own",
  },
  query: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    description: 'a query parameter; may be repeated',
  },
  header: {
    type: 'string',
    multiple: true,
    value: "'NAME: V'",
    description: 'a request header; may be repeated',
  },
  data: {
    type: 'string',
    value: 'BODY',
    description: 'the request body; @FILE reads it from a file, - from standard input',
  },
  token: {
    type: 'string',
    value: 'JWT',
    description:
      'the caller, by a token of nanos token or another one; its signature is not checked (default: "localCaller" in api.json)',
  },
  event: {
    type: 'string',
    value: 'FILE',
    description: 'send this event as it is, instead of one made from the options above',
  },
  timeout: { type: 'string', value: 'SECONDS', description: "instead of the function's own" },
  'log-level': {
    type: 'string',
    choices: logLevels,
    description: "least level of the function's log lines (default: its own, or all)",
  },
  'aws-credentials': {
    type: 'boolean',
    description: 'give functions with permissions the AWS credentials of this machine',
  },
  json: { type: 'boolean', description: "print the function's raw response as JSON" },
  built: { type: 'boolean', description: 'do not build first: the bundle is known to be up to date' },
} as const;

export default command({
  name: 'invoke',
  summary: 'Run one endpoint or unit once',
  names: { value: '<endpoint or unit>', description: 'the name of its folder', most: 1 },
  options,
  details:
    'The response is printed on stdout, everything else on stderr.\nExit codes: 0 the function answered (an HTTP error is an answer), 1 it failed, 2 wrong usage.',
  run: async ({ workspaceRoot, names, values }) => {
    const name = names[0] as string;
    const { root } = findGroup(readLayout(workspaceRoot), name);
    const request = requestOf(name, values);
    if (!values.built) await build(workspaceRoot, name, root);
    const { runOnce } = await import('@nanoservices/runtime/invoke');
    return (await runOnce(request, workspaceRoot)) ? 0 : 1;
  },
});

function requestOf(name: string, values: OptionValues<typeof options>) {
  const { event, path, query, header, data, token } = values;
  if (event && (path ?? query ?? header ?? data ?? token) !== undefined) {
    throw new UsageError(
      '--event sends a whole event: it goes with none of --path, --query, --header, --data, --token.',
    );
  }
  return {
    name,
    path,
    method: values.method?.toUpperCase(),
    query: (query ?? []).map((text) => pair(text, '=', '--query NAME=VALUE')),
    headers: (header ?? []).map((text) => pair(text, ':', "--header 'NAME: VALUE'")),
    data: data === undefined ? undefined : readData(data),
    token,
    event: event === undefined ? undefined : readEvent(event),
    timeout: values.timeout === undefined ? undefined : seconds(values.timeout),
    logLevel: values['log-level'] as LogLevel | undefined,
    awsCredentials: values['aws-credentials'],
    json: values.json ?? false,
  };
}

/** Builds as `nx run <name>:invoke` does before it calls this command; silent when it succeeds. */
async function build(workspaceRoot: string, name: string, root: string): Promise<void> {
  const { configuredTargetNames } = await import('../plugin/target-names.ts');
  // Another project may have the same short name.
  const task = `${readNamedManifest(workspaceRoot, root, name).name}:${configuredTargetNames(workspaceRoot).build}`;
  runQuietly(workspaceRoot, ['run', task], `${name} could not be built.`);
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

function readFile(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${option}: cannot read ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 900) return value;
  throw new UsageError(`--timeout takes seconds, above 0 and up to 900; not "${text}".`);
}
