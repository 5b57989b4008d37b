import type { Isolation } from '@nanoservices/model';
import type { Observation } from './observation.ts';

/** A way in which the local runtime intentionally differs from AWS's client. A row of the table in the runtime's README. */
export interface Difference {
  readonly subject: string;
  readonly lambda: string;
  readonly here: string;
  readonly reason: string;
  /** Default: both. */
  readonly isolation?: Isolation;
  /** @param handler - its name */
  appliesTo(handler: string, onClient: Observation): boolean;
  /** @returns what the local runtime does, when AWS's client does this */
  expected(onClient: Observation, handler: string): Observation;
}

/** The values of variables that are of this machine. */
const localValues: Readonly<Record<string, string | undefined>> = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:<port>',
  PATH: process.env.PATH,
  HOME: process.env.HOME,
};

/** All of them. */
export const differences: readonly Difference[] = [
  {
    subject: 'a failed init phase',
    lambda: 'the log has the error twice: from the runtime, and from Node on stderr',
    here: 'once',
    reason: 'the second has no news',
    appliesTo: (_, { endings }) => endings.some(({ type }) => type === 'init error'),
    expected: (onClient) => ({ ...onClient, output: [] }),
  },
  {
    subject: 'a promise that never settles',
    lambda: 'ends the environment without a word',
    here: 'a line in the log says so',
    reason: 'the cause is hard to find',
    appliesTo: (handler) => handler.startsWith('never '),
    expected: (onClient, handler) => {
      const requestId = handler === 'never settles' ? 'r-1' : '-';
      const line = `<time>\t${requestId}\tERROR\tThe promise never settles: nothing is left to wait for.`;
      return { ...onClient, log: [...onClient.log, line] };
    },
  },
  {
    subject: 'an uncaught error in a thread',
    lambda: 'Node prints source line, error and version',
    here: 'the error',
    reason: "Node reports a thread's error as an object",
    isolation: 'thread',
    appliesTo: (_, { endings, output }) =>
      endings.some(({ type }) => type === 'exit') && output.some((line) => line.startsWith('Node.js v')),
    expected: (onClient) => ({ ...onClient, output: withoutReport(onClient.output) }),
  },
  {
    subject: 'credentials, log stream, X-Ray daemon, PATH, HOME',
    lambda: "the environment's own; no HOME",
    here: "a key of this start; PATH and HOME are this machine's",
    reason: 'signed requests reach the local Lambda only; programs must be found',
    appliesTo: (handler) => handler === 'has these variables',
    expected: (onClient) => ({
      ...onClient,
      endings: onClient.endings.map((ending) =>
        ending.type === 'response'
          ? { ...ending, payload: { ...(ending.payload as object), ...localValues } }
          : ending,
      ),
    }),
  },
  {
    subject: 'relative paths of files, child processes in a thread',
    lambda: 'start at `/var/task`',
    here: "start at the runtime's folder; `process.cwd()` and `path.resolve` at the function's",
    reason: 'a process has one working directory',
    isolation: 'thread',
    appliesTo: (handler) => handler === 'reads a file of its folder',
    expected: (onClient) => ({ ...onClient, endings: [{ type: 'response', payload: 'ENOENT' }] }),
  },
  {
    subject: '`process.chdir` in a thread',
    lambda: 'changes the folder',
    here: 'throws',
    reason: 'a process has one working directory',
    isolation: 'thread',
    appliesTo: (handler) => handler === 'changes its folder',
    expected: (onClient) => ({
      ...onClient,
      endings: [{ type: 'response', payload: 'ERR_WORKER_UNSUPPORTED_OPERATION' }],
    }),
  },
];

/** @returns Node's report of an uncaught error without the source line, the hint and the version */
function withoutReport(output: readonly string[]): string[] {
  const [place = '', ...more] = output;
  const lines = place.startsWith('file:') ? more.slice(2) : output;
  return lines.filter((line) => !/^(Node\.js v|\(Use )/.test(line));
}

/** @returns what the local runtime does, when AWS's client does this */
export function expectedLocally(handler: string, isolation: Isolation, onClient: Observation): Observation {
  return differences
    .filter((one) => one.isolation === undefined || one.isolation === isolation)
    .filter((one) => one.appliesTo(handler, onClient))
    .reduce((observation, one) => one.expected(observation, handler), onClient);
}

/** @returns a row of the README's table */
export function tableRow({ subject, lambda, here, reason }: Difference): string {
  return `| ${subject} | ${lambda} | ${here} | ${reason} |`;
}
