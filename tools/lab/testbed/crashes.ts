/** A way for a function to crash. */
export interface Crash {
  readonly name: string;
  /** The function, as a module. */
  readonly source: string;
  /** Time limit in seconds, for a crash by timeout. */
  readonly timeout?: number;
  /** Set if only another version of the code works again. */
  readonly needsNewCode?: true;
  /** The error that the caller gets, as `errorType: errorMessage`. */
  readonly inProcess: string | RegExp;
  /** The error in a thread, where it differs. */
  readonly inThread?: string;
}

/** A function that crashes on demand, and works otherwise. */
export const crashing = (crash: string) =>
  `export const handler = async (event) => { if (event.crash) { ${crash} } return 'alive'; };`;

export const later = (ms: number) => `await new Promise((done) => setTimeout(done, ${ms}))`;

/** A function whose init phase fails as long as the file `crash` in its folder says `yes`. */
const failingAtInit = (crash: string) =>
  `import { readFileSync } from 'node:fs';
   if (readFileSync(new URL('crash', import.meta.url), 'utf8') === 'yes') { ${crash} }
   export const handler = async () => 'alive';`;

const never = 'await new Promise(() => {})';
const exit = (status: string) => `Error: Runtime exited with error: ${status}`;

/** A crash that ends the serving process, and with it every thread. */
export const endsTheHost = 'ends the host';

/** Fifteen ways to crash, with the error that each gives to the caller. */
export const crashes: readonly Crash[] = [
  { name: 'a throw', source: crashing(`throw new TypeError('boom')`), inProcess: 'TypeError: boom' },
  {
    name: 'a rejection',
    source: crashing(`return Promise.reject(new RangeError('no'))`),
    inProcess: 'RangeError: no',
  },
  {
    name: 'an unhandled rejection',
    source: crashing(`Promise.reject(new Error('lost')); ${later(500)}`),
    inProcess: exit('exit status 1'),
  },
  {
    name: 'an uncaught exception',
    source: crashing(`setTimeout(() => { throw new Error('lost') }); ${later(500)}`),
    inProcess: exit('exit status 1'),
  },
  { name: 'process.exit', source: crashing('process.exit(7)'), inProcess: exit('exit status 7') },
  {
    name: 'abort',
    source: crashing('process.abort()'),
    inProcess: exit('signal: aborted'),
    // A thread may not abort: that would end all of them.
    inThread: 'TypeError: process.abort() is not supported in workers',
  },
  {
    name: 'out of memory',
    source: crashing('const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length))'),
    // V8 aborts, or the process is killed for its size, whichever is first.
    inProcess: /signal: (?:aborted|killed)$/,
    inThread: exit('signal: killed'),
  },
  {
    name: 'a stack overflow',
    source: crashing('const f = () => f() + 1; return f()'),
    inProcess: 'RangeError: Maximum call stack size exceeded',
  },
  {
    name: 'a promise that never settles',
    source: crashing(never),
    inProcess: 'Error: Runtime exited without providing a reason',
  },
  {
    name: 'an endless loop',
    source: crashing('while (true) {}'),
    timeout: 1.5,
    inProcess: 'Error: Task timed out after 1.50 seconds',
  },
  {
    name: 'a throw at init',
    source: failingAtInit(`throw new Error('at init')`),
    inProcess: 'Error: at init',
  },
  {
    name: 'too slow an init',
    source: failingAtInit(later(5000)),
    timeout: 1.5,
    inProcess: 'Error: Task timed out after 1.50 seconds',
  },
  {
    name: 'a syntax error',
    source: 'export const handler = (',
    needsNewCode: true,
    inProcess: 'SyntaxError: Unexpected end of input',
  },
  {
    name: 'a missing export',
    source: 'export const other = 1;',
    needsNewCode: true,
    inProcess: 'handler.handler is undefined or not exported',
  },
  {
    name: 'SIGKILL',
    source: crashing(`process.kill(process.pid, 'SIGKILL'); ${never}`),
    inProcess: exit('signal: killed'),
    inThread: endsTheHost,
  },
];
