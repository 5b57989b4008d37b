import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { environmentStarter, type StartEnvironment } from './environment/start-environment.ts';
import { Lambda, type LambdaFunction } from './lambda/lambda.ts';

// Each way to die, in a real process and in a real thread, while a neighbour is at work.
let folder: string;
let startEnvironment: StartEnvironment;
let lambda: Lambda;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashes-'));
  startEnvironment = await environmentStarter();
});
afterEach(() => lambda.stop());
afterAll(() => rmSync(folder, { recursive: true }));

function put(functionName: string, source: string, settings: Partial<LambdaFunction>): void {
  const bundle = join(folder, `${functionName}.mjs`);
  writeFileSync(bundle, source);
  const defaults = { memorySize: 128, timeout: 5, environment: {}, logFormat: 'Text' } as const;
  lambda.put({ functionName, bundle, isolation: 'process', ...defaults, ...settings });
}

/** Dies when asked to, and answers otherwise. */
const mortal = (death: string) =>
  `export const handler = async (event) => { if (event.die) { ${death} } return 'alive'; };`;
/** The init phase fails until the file says otherwise. */
const stillborn = (death: string) =>
  `import { readFileSync } from 'node:fs';
   if (readFileSync(new URL('die', import.meta.url), 'utf8') === 'yes') { ${death} }
   export const handler = async () => 'alive';`;
const never = 'await new Promise(() => {})';
const later = (ms: number) => `await new Promise((done) => setTimeout(done, ${ms}))`;

const exit = (status: string) => `Error: Runtime exited with error: ${status}`;
type Death = readonly [name: string, source: string, inProcess: string | RegExp, inThread?: string];

const deaths: Death[] = [
  ['a throw', mortal(`throw new TypeError('boom')`), 'TypeError: boom'],
  ['a rejection', mortal(`return Promise.reject(new RangeError('no'))`), 'RangeError: no'],
  [
    'an unhandled rejection',
    mortal(`Promise.reject(new Error('lost')); ${later(500)}`),
    exit('exit status 1'),
  ],
  [
    'an uncaught exception',
    mortal(`setTimeout(() => { throw new Error('lost') }); ${later(500)}`),
    exit('exit status 1'),
  ],
  ['process.exit', mortal('process.exit(7)'), exit('exit status 7')],
  // A thread may not abort: that would end all of them.
  [
    'abort',
    mortal('process.abort()'),
    exit('signal: aborted'),
    'TypeError: process.abort() is not supported in workers',
  ],
  [
    'out of memory',
    mortal('const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length))'),
    // V8 gives up, or the process is killed for its size: whichever is first.
    /signal: (?:aborted|killed)$/,
    exit('signal: killed'),
  ],
  [
    'a stack overflow',
    mortal('const f = () => f() + 1; return f()'),
    'RangeError: Maximum call stack size exceeded',
  ],
  ['a promise that never settles', mortal(never), exit('exit status 13')],
  ['an endless loop', mortal('while (true) {}'), 'Task timed out after 1.50 seconds'],
  ['a throw at init', stillborn(`throw new Error('at init')`), 'Error: at init'],
  ['too slow an init', stillborn(later(5000)), 'Task timed out after 1.50 seconds'],
  ['a syntax error', 'export const handler = (', 'SyntaxError: Unexpected end of input'],
  ['a missing export', 'export const other = 1;', 'handler.handler is undefined or not exported'],
];

describe.each(['process', 'thread'] as const)('%s isolation survives', (isolation) => {
  const sigkill = mortal(`process.kill(process.pid, 'SIGKILL'); ${never}`);
  // What ends the whole process ends every thread of it: see host.spec.ts.
  const table: Death[] = [
    ...deaths,
    ...(isolation === 'process' ? [['SIGKILL', sigkill, exit('signal: killed')] as const] : []),
  ];

  it.each(table.map((death) => ({ name: death[0], death })))('$name', async ({ death }) => {
    const [name, source, inProcess, inThread = inProcess] = death;
    // Other tests may keep the machine busy: only what must end early does.
    const initTimeoutMs = name === 'too slow an init' ? 1500 : undefined;
    lambda = new Lambda({ startEnvironment, log: () => {}, initTimeoutMs });
    const memorySize = name === 'out of memory' ? 128 : 192;
    const timeout = /loop|slow/.test(name) ? 1.5 : 10;
    writeFileSync(join(folder, 'die'), 'yes');
    put('mortal', source, { isolation, memorySize, timeout });
    put('neighbour', mortal(later(5)), { isolation });

    let stop = false;
    const neighbours = (async () => {
      const answers: unknown[] = [];
      while (!stop) answers.push((await lambda.invoke('neighbour', '{"die":true}'))?.payload);
      return answers;
    })();
    const result = await lambda.invoke('mortal', '{"die":true}', { requestId: 'r' });
    const message = `${result?.error?.errorMessage}`.replace(/^RequestId: r /, '');
    const expected = isolation === 'process' ? inProcess : inThread;
    expect(`${result?.error?.errorType}: ${message}`).toMatch(expected);

    // The next request is served; where the code itself was wrong, by the next version of it.
    writeFileSync(join(folder, 'die'), 'no');
    if (/syntax|export/.test(name)) put('mortal', mortal(''), { isolation });
    expect((await lambda.invoke('mortal', '{}'))?.payload).toBe('"alive"');

    stop = true;
    const answers = await neighbours;
    expect(answers.length).toBeGreaterThan(0);
    expect(new Set(answers)).toEqual(new Set(['"alive"']));
  });
});
