/** A way for a function to die. */
export interface Death {
  readonly name: string;
  /** The function, as a module. */
  readonly source: string;
  /** Seconds that an invocation may take, where that is what ends it. */
  readonly timeout?: number;
  /** It is the code itself that is wrong: only another version of it lives. */
  readonly needsNewCode?: true;
  /** The error that its caller gets, as `errorType: errorMessage`. */
  readonly inProcess: string | RegExp;
  /** Where that is another one. */
  readonly inThread?: string;
}

/** Dies when asked to, and answers otherwise. */
export const mortal = (death: string) =>
  `export const handler = async (event) => { if (event.die) { ${death} } return 'alive'; };`;

export const later = (ms: number) => `await new Promise((done) => setTimeout(done, ${ms}))`;

/** The init phase fails until the file `die` beside the function says otherwise than `yes`. */
const stillborn = (death: string) =>
  `import { readFileSync } from 'node:fs';
   if (readFileSync(new URL('die', import.meta.url), 'utf8') === 'yes') { ${death} }
   export const handler = async () => 'alive';`;

const never = 'await new Promise(() => {})';
const exit = (status: string) => `Error: Runtime exited with error: ${status}`;

/** What ends the whole process that serves, and with it every thread. */
export const endsTheHost = 'ends the host';

/** Fifteen ways to die, with the error that each gives to its caller. */
export const deaths: readonly Death[] = [
  { name: 'a throw', source: mortal(`throw new TypeError('boom')`), inProcess: 'TypeError: boom' },
  {
    name: 'a rejection',
    source: mortal(`return Promise.reject(new RangeError('no'))`),
    inProcess: 'RangeError: no',
  },
  {
    name: 'an unhandled rejection',
    source: mortal(`Promise.reject(new Error('lost')); ${later(500)}`),
    inProcess: exit('exit status 1'),
  },
  {
    name: 'an uncaught exception',
    source: mortal(`setTimeout(() => { throw new Error('lost') }); ${later(500)}`),
    inProcess: exit('exit status 1'),
  },
  { name: 'process.exit', source: mortal('process.exit(7)'), inProcess: exit('exit status 7') },
  {
    name: 'abort',
    source: mortal('process.abort()'),
    inProcess: exit('signal: aborted'),
    // A thread may not abort: that would end all of them.
    inThread: 'TypeError: process.abort() is not supported in workers',
  },
  {
    name: 'out of memory',
    source: mortal('const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length))'),
    // V8 gives up, or the process is killed for its size: whichever is first.
    inProcess: /signal: (?:aborted|killed)$/,
    inThread: exit('signal: killed'),
  },
  {
    name: 'a stack overflow',
    source: mortal('const f = () => f() + 1; return f()'),
    inProcess: 'RangeError: Maximum call stack size exceeded',
  },
  { name: 'a promise that never settles', source: mortal(never), inProcess: exit('exit status 13') },
  {
    name: 'an endless loop',
    source: mortal('while (true) {}'),
    timeout: 1.5,
    inProcess: 'Task timed out after 1.50 seconds',
  },
  { name: 'a throw at init', source: stillborn(`throw new Error('at init')`), inProcess: 'Error: at init' },
  {
    name: 'too slow an init',
    source: stillborn(later(5000)),
    timeout: 1.5,
    inProcess: 'Task timed out after 1.50 seconds',
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
    source: mortal(`process.kill(process.pid, 'SIGKILL'); ${never}`),
    inProcess: exit('signal: killed'),
    inThread: endsTheHost,
  },
];
