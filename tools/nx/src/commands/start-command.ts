import { styleText } from 'node:util';
import { type Isolation, type LogLevel, logLevels, readFolders } from '@nanoservices/model';
import { type StartedApi, startApi } from '@nanoservices/runtime';
import { type LogStyle, startScreen } from '@nanoservices/runtime/start';
import { command, integer, type Request } from '../command-line/command.ts';
import { reportError } from '../command-line/exit-codes.ts';
import { watchParent } from '../command-line/parent-watch.ts';
import { ProgressLine } from './progress-line.ts';

const options = {
  port: {
    type: 'string',
    short: 'p',
    value: 'N',
    description: 'of the HTTP API (default 3000; 0: any free port)',
  },
  'lambda-port': { type: 'string', value: 'N', description: 'of the Lambda API (default 3001)' },
  host: {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    description:
      'of the HTTP API (default 127.0.0.1: only this machine); repeated: a further name that requests may have as Host',
  },
  topology: {
    type: 'string',
    value: 'NAME',
    description: 'instead of the active one in topology.json',
  },
  isolation: {
    type: 'string',
    choices: ['process', 'thread'],
    description: 'of all functions, instead of topology.json',
  },
  logs: {
    type: 'string',
    choices: ['pretty', 'text', 'json', 'none'],
    description: "a readable line per request, or Lambda's own log lines (default pretty)",
  },
  'log-level': {
    type: 'string',
    choices: logLevels,
    description:
      "least level of the functions' log lines (default: their own; else all, or INFO with --logs json)",
  },
  'aws-credentials': {
    type: 'boolean',
    description: 'give functions with permissions the AWS credentials of this machine',
  },
  watch: { type: 'boolean', description: 'rebuild what changes (default; --no-watch does not)' },
  concurrency: {
    type: 'string',
    value: 'N',
    description: 'invocations of one function at once, where it reserves none (default 100)',
  },
  'idle-timeout': {
    type: 'string',
    value: 'SECONDS',
    description: 'after which an environment without work is stopped (default 300)',
  },
} as const;

/** A message for the process that started this one with an IPC channel. */
export interface ReadyMessage extends Pick<StartedApi, 'url' | 'lambdaUrl' | 'accessKey' | 'token' | 'pid'> {
  readonly type: 'ready';
}

export default command({
  name: 'start',
  summary: 'Run the whole API on this machine',
  options,
  details: `The database is that of DATABASE_URL (of the environment, or of .env in the workspace), or an embedded one. Ctrl-C lets requests end; a second one does not wait.

Exit codes: 0 stopped, 1 could not start or restart, 2 wrong usage, 130 stopped before requests had ended.`,
  run: serve,
});

async function serve(request: Request<typeof options>): Promise<number> {
  const starting = new AbortController();
  let api: StartedApi | undefined;
  let signalledAt: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    const sinceMs = performance.now() - (signalledAt ?? Number.NEGATIVE_INFINITY);
    // npm passes on a Ctrl-C that the terminal has sent to this process already.
    if (sinceMs < 300) return;
    if (signalledAt !== undefined) {
      api?.kill();
      process.exit(130);
    }
    signalledAt = performance.now();
    if (signal === 'SIGINT') console.log(`\n${dim('Stopping. Ctrl-C again does not wait.')}`);
    starting.abort();
    // `ended` rejects as well.
    api?.stop().catch(() => {});
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  watchParent(() => {
    if (signalledAt === undefined) stop('SIGTERM');
  });
  try {
    api = await start(request, starting.signal);
    await api.ended;
  } catch (error) {
    const isAborted = error === starting.signal.reason;
    if (!isAborted) return failed(error);
  }
  process.exit(0);
}

async function start(
  { workspaceRoot, values }: Request<typeof options>,
  signal: AbortSignal,
): Promise<StartedApi> {
  const startedAt = performance.now();
  const progress = new ProgressLine();
  const watch = values.watch ?? true;
  const [host = '127.0.0.1', ...hostNames] = values.host ?? [];
  const api = await startApi({
    root: workspaceRoot,
    topology: values.topology,
    isolation: values.isolation as Isolation | undefined,
    port: integer('port', values.port, { from: 0, to: 65_535, otherwise: 3000 }),
    lambdaPort: integer('lambda-port', values['lambda-port'], { from: 0, to: 65_535, otherwise: 3001 }),
    host,
    hostNames,
    logs: (values.logs as LogStyle | undefined) ?? 'pretty',
    logLevel: values['log-level'] as LogLevel | undefined,
    awsCredentials: values['aws-credentials'],
    watch,
    concurrency: integer('concurrency', values.concurrency, { from: 1, to: 1000, otherwise: 100 }),
    idleTimeoutMs:
      1000 * integer('idle-timeout', values['idle-timeout'], { from: 1, to: 86_400, otherwise: 300 }),
    signal,
    onProgress: (doing) => progress.show(`Starting: ${doing} …`),
    onNotice: ({ level, text }) => {
      progress.clear();
      if (level === 'error') console.error(styleText('red', text));
      else console.log(text);
    },
  });
  progress.clear();
  console.log(startScreen(api));
  const { functions, libs } = readFolders(workspaceRoot);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    dim(`  Ready in ${seconds} s.${watch ? ` Watching ${functions} and ${libs}.` : ''} Ctrl-C stops.\n`),
  );
  const { url, lambdaUrl, accessKey, token, pid } = api;
  process.send?.({ type: 'ready', url, lambdaUrl, accessKey, token, pid } satisfies ReadyMessage);
  return api;
}

/** A mistake or a taken port is no bug: only its message is shown. */
function failed(error: unknown): number {
  if (error instanceof Error && !('exitCode' in error)) {
    console.error(error.message);
    return 1;
  }
  return reportError(error);
}

function dim(text: string): string {
  return styleText('dim', text);
}
