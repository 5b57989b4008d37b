import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { LogEntry, Report } from '../environment/log-entry.ts';
import { type LogStyle, logPrinter } from './log-printer.ts';

const report: Report = {
  status: 'success',
  durationMs: 12.345,
  billedDurationMs: 113,
  initDurationMs: 100,
  memorySizeMb: 256,
  maxMemoryUsedMb: 80,
};

function printer(style: LogStyle) {
  const lines: string[] = [];
  const print = logPrinter(style, (line) => lines.push(stripVTControlCharacters(line)));
  return { print, lines };
}

const logged = (line: object | string): LogEntry => ({
  type: 'function',
  requestId: 'r',
  line: typeof line === 'string' ? line : JSON.stringify({ timestamp: 't', requestId: 'r', ...line }),
});

describe('pretty', () => {
  const request = {
    requestId: 'r',
    method: 'GET',
    url: '/orders/1',
    durationMs: 20,
    functionName: 'get-order',
  };

  it('has one line per request, with what a cold start has cost', () => {
    const { print, lines } = printer('pretty');
    print.request({ ...request, status: 200, report });
    print.request({
      ...request,
      status: 500,
      report: { ...report, initDurationMs: undefined },
      reason: 'Error: boom',
    });
    print.request({ requestId: 'r', method: 'GET', url: '/none', status: 404, durationMs: 1 });
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d GET \/orders\/1 200 20\.0 ms get-order \+ init 100 ms 80 MB$/),
      expect.stringMatching(/ 500 20\.0 ms get-order 80 MB Error: boom$/),
      expect.stringMatching(/ GET \/none 404$/),
    ]);
  });

  it('has one for an invocation by another function', () => {
    const { print, lines } = printer('pretty');
    print.invoked('list-customer-orders', { ...report, status: 'error', errorType: 'TypeError' });
    expect(lines).toEqual([
      expect.stringMatching(/invoke list-customer-orders TypeError 12\.3 ms \+ init 100 ms 80 MB$/),
    ]);
  });

  it('shows what functions say, readably', () => {
    const { print, lines } = printer('pretty');
    print.entry('fn', { type: 'start', requestId: 'r' });
    print.entry('fn', logged({ level: 'INFO', message: 'hello\rworld' }));
    print.entry('fn', logged({ level: 'WARN', message: { a: 1 } }));
    print.entry(
      'fn',
      logged({
        level: 'ERROR',
        message: { errorType: 'E', errorMessage: 'm', stackTrace: ['E: m', '  at x'] },
      }),
    );
    print.entry('fn', logged('not JSON'));
    print.entry('fn', logged('{"other":"json"}'));
    expect(lines.map((line) => line.trim())).toEqual([
      'fn INFO hello',
      'fn   world',
      'fn WARN {"a":1}',
      'fn ERROR E: m',
      'fn   at x',
      'fn not JSON',
      'fn {"other":"json"}',
    ]);
  });

  it('does not repeat what endpoint() says of a request, except why it failed', () => {
    const { print, lines } = printer('pretty');
    const record = { endpoint: 'fn', requestId: 'r', route: 'GET /', durationMs: 1 };
    print.entry('fn', logged({ level: 'INFO', message: { ...record, status: 404, problem: 'urn:x' } }));
    const error = { name: 'TypeError', message: 'boom', stack: 'TypeError: boom\n    at here' };
    print.entry('fn', logged({ level: 'ERROR', message: { ...record, status: 500, error } }));
    expect(lines.map((line) => line.trim())).toEqual(['fn ERROR TypeError: boom', 'fn   at here']);
  });
});

it('text and json are Lambda’s own lines', () => {
  for (const [style, start] of [
    ['text', 'START RequestId: r Version: $LATEST'],
    ['json', expect.stringContaining('"type":"platform.start"')],
  ] as const) {
    const { print, lines } = printer(style);
    print.entry('fn', { type: 'start', requestId: 'r' });
    print.request({ requestId: 'r', method: 'GET', url: '/', status: 200, durationMs: 1 });
    print.invoked('fn', report);
    expect(lines).toEqual([start]);
  }
});
