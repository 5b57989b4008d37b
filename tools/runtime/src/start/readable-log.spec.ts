import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentStarter, type StartEnvironment } from '../environment/start-environment.ts';
import { logPrinter } from './log-printer.ts';

// Real functions in real processes and threads, as a person at the terminal sees them.
let folder: string;
let startEnvironment: StartEnvironment;
beforeAll(async () => {
  startEnvironment = await environmentStarter();
  folder = mkdtempSync(join(tmpdir(), 'readable-log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const id = '1f3c9a7e-0000-4000-8000-000000000000';
const handler = (body: string) => `export const handler = async () => { ${body} };`;

describe.each(['process', 'thread'] as const)('in a %s,', (isolation) => {
  let count = 0;

  /** @returns the printed lines of a function, without its name and the request id */
  async function printed(source: string): Promise<string[]> {
    const lines: string[] = [];
    const print = logPrinter('pretty', (line) => lines.push(...stripVTControlCharacters(line).split('\n')));
    const bundle = join(folder, `${isolation}-${++count}.mjs`);
    writeFileSync(bundle, source);
    const environment = startEnvironment(
      {
        ...{ functionName: 'fn', bundle, isolation, memorySize: 128, timeout: 60, environment: {} },
        ...{ logFormat: 'Text', isLogReadable: true },
      },
      { log: (entry) => print.entry('fn', entry) },
    );
    const { report, error } = await environment.invoke({ requestId: id, event: '{}' });
    await environment.stop();
    const reason = error && `${error.errorType}: ${error.errorMessage}`;
    print.request({ requestId: id, method: 'GET', url: '/', status: 200, durationMs: 1, report, reason });
    expect(lines.at(-1)).toContain('1f3c9a7e');
    return lines.map((line) => line.replace(/^ +fn (1f3c9a7e )?/, ''));
  }
  const run = async (body: string) => (await printed(handler(body))).slice(0, -1);

  it('every method of the console is shown with its function and request', async () => {
    expect(
      await run(`
        console.log();
        console.log('n=%d', 1, { a: { b: { c: [1] } } }, new Map([['k', 1]]));
        console.log('two\\n  lines');
        console.debug('debug'); console.info('info'); console.warn('warn'); console.trace('trace');
        console.dir({ dir: true }); console.table([{ a: 1 }]);
        console.group('group'); console.log('inside'); console.groupEnd(); console.log('outside');
        console.count(); console.assert(1 === 2, 'asserted');`),
    ).toEqual([
      'INFO ',
      "INFO n=1 { a: { b: { c: [ 1 ] } } } Map(1) { 'k' => 1 }",
      'INFO two',
      '       lines',
      'DEBUG debug',
      'INFO info',
      'WARN warn',
      'TRACE trace',
      '{ dir: true }',
      'INFO ┌─────────┬───┐',
      '     │ (index) │ a │',
      '     ├─────────┼───┤',
      '     │ 0       │ 1 │',
      '     └─────────┴───┘',
      'INFO group',
      'INFO   inside',
      'INFO outside',
      'INFO default: 1',
      'WARN Assertion failed: asserted',
    ]);
    expect(await run(`console.time('t'); console.timeEnd('t');`)).toEqual([
      expect.stringMatching(/^INFO t: [\d.]+m?s/),
    ]);
  });

  it('what is written past the console is shown, in order, and is not lost', async () => {
    const body = `
      process.stdout.write('half '); process.stdout.write('a line\\n'); console.log('between');
      process.stderr.write(Buffer.from('to stderr\\n')); process.stdout.write('{"json":1}');`;
    expect(await run(body)).toEqual(['half a line', 'INFO between', 'to stderr', '{"json":1}']);
    const many = await run(`for (let i = 0; i < 2000; i++) process.stdout.write('line ' + i + '\\n');`);
    expect(many).toEqual(Array.from({ length: 2000 }, (_, index) => `line ${index}`));
  });

  it('an error is shown once, with its causes and their errors', async () => {
    const lines = await printed(
      handler(`
        const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        throw new TypeError('boom', { cause: new AggregateError([refused], 'both failed') });`),
    );
    const text = lines.join('\n');
    expect(lines[0]).toBe('ERROR TypeError: boom');
    expect(text).toContain('[cause]: AggregateError: both failed');
    expect(text).toContain('Error: connect ECONNREFUSED');
    expect(text).toContain("code: 'ECONNREFUSED'");
    expect(text.split('boom')).toHaveLength(2);
  });

  it.each([
    ['{ code: 42 }', '{ code: 42 }'],
    [`'text'`, 'text'],
    ['null', 'null'],
    ['undefined', 'undefined'],
    ['7', '7'],
    [`Symbol('s')`, 'Symbol(s)'],
    ['function named() {}', '[Function: named]'],
    ['(() => { const a = {}; a.a = a; return a; })()', '<ref *1> { a: [Circular *1] }'],
  ])('a thrown %s is shown', async (value, shown) => {
    const line = `ERROR A value that is no Error was thrown: ${shown}`;
    expect((await run(`throw ${value}`))[0]).toBe(line);
    const forgotten = `Promise.reject(${value}); await new Promise((done) => setTimeout(done, 60_000))`;
    expect((await run(forgotten))[0]).toBe(line);
  });

  it.each([
    [
      'an uncaught exception',
      `setTimeout(() => { throw new Error('lost') }); await new Promise(() => setInterval(() => {}, 1000))`,
    ],
    [
      'an unhandled rejection',
      `Promise.reject(new Error('lost')); await new Promise(() => setInterval(() => {}, 1000))`,
    ],
  ])('%s is shown once, with the end of the environment', async (_, body) => {
    const lines = await printed(handler(body));
    expect(lines[0]).toBe('ERROR Error: lost');
    expect(lines.join('\n').split('lost')).toHaveLength(2);
    expect(lines.at(-1)).toMatch(/Runtime\.ExitError: .*exit status 1$/);
  });

  const requestRecord = (status: number) => `{
    endpoint: 'get-order', requestId: 'x', route: 'GET /orders', status: ${status}, durationMs: 1,
    error: { name: 'Error', message: 'lost', stack: 'Error: lost' } }`;

  it('the line of endpoint() is not shown for a 4xx, and is an error for a 5xx, also in an open group', async () => {
    const log = (status: number) => `console.error(JSON.stringify(${requestRecord(status)}))`;
    expect(await run(`console.group(); ${log(404)}; ${log(500)}`)).toEqual(['ERROR Error: lost']);
  });

  it('an object of the function that looks alike is shown', async () => {
    const line = '{"endpoint":"https://pay.example/charge","status":200}';
    expect(await run(`console.log('${line}')`)).toEqual([`INFO ${line}`]);
  });

  it('a listener of the function has precedence', async () => {
    const body = `
      process.once('uncaughtException', (error) => { console.log('caught', error.message); done(); });
      let done; const caught = new Promise((resolve) => { done = resolve; });
      setTimeout(() => { throw new Error('lost') }); await caught;`;
    expect(await run(body)).toEqual(['INFO caught lost']);
  });

  it('an error at init is shown once', async () => {
    const lines = await printed(`throw new RangeError('at init');`);
    expect(lines[0]).toBe('ERROR RangeError: at init');
    expect(lines.join('\n').split('at init')).toHaveLength(2);
  });
});
