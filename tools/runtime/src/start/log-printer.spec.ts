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
      expect.stringMatching(/^\d\d:\d\d:\d\d GET \/orders\/1 200 20\.0 ms get-order \+ init 100 ms 80 MB r$/),
      expect.stringMatching(/ 500 20\.0 ms get-order 80 MB r Error: boom$/),
      expect.stringMatching(/ GET \/none 404 r$/),
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
        message: { errorType: 'E', errorMessage: 'm', stackTrace: ['E: m', '    at x'] },
      }),
    );
    print.entry('fn', logged('not JSON'));
    print.entry('fn', logged('{"other":"json"}'));
    expect(lines.map((line) => line.trim())).toEqual([
      'fn r INFO hello',
      'fn r      world',
      'fn r WARN { a: 1 }',
      'fn r ERROR E: m',
      'fn r           at x',
      'fn r not JSON',
      'fn r {"other":"json"}',
    ]);
  });

  it.each([
    ['without a message', { level: 'INFO' }, ['INFO ']],
    ['of a logger', { level: 'WARN', message: 'slow', tookMs: 7 }, ['WARN slow', '     { tookMs: 7 }']],
    [
      'with an error beside the message',
      { level: 'ERROR', message: 'bad', errorType: 'E', errorMessage: 'm', stackTrace: ['E: m', '    at x'] },
      ['ERROR bad', '      E: m', '          at x'],
    ],
  ])('shows a JSON line %s', (_, line, expected) => {
    const { print, lines } = printer('pretty');
    print.entry('fn', logged(line));
    expect(lines.map((one) => one.replace(/^ +fn r /, ''))).toEqual(expected);
  });

  const text = (level: string, message: unknown): LogEntry =>
    logged(`2026-01-01T00:00:00.000Z\t1\t${level}\t${JSON.stringify(message)}`);

  const answer = { endpoint: 'get-order', requestId: 'r', route: 'GET /orders/{orderId}', durationMs: 1 };

  it('says of a 4xx only why, with the request’s line', () => {
    const { print, lines } = printer('pretty');
    const record = { ...answer, status: 404, problem: 'urn:x', reason: 'There is no order.' };
    for (const entry of [text('INFO', record), logged({ level: 'INFO', message: record })]) {
      print.entry('get-order', { type: 'start', requestId: 'r' });
      print.entry('get-order', entry);
      const answered = { ...report };
      print.entry('get-order', { type: 'report', requestId: 'r', report: answered });
      print.request({ ...request, status: 404, report: answered });
    }
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/ 404 20\.0 ms get-order .* r There is no order\.$/);
  });

  it('shows the error of a 5xx with its causes, once', () => {
    const { print, lines } = printer('pretty');
    const error = {
      name: 'ServiceUnavailable',
      message: 'No answer.',
      stack: 'ServiceUnavailable: No answer.\n    at here',
      cause: {
        name: 'AggregateError',
        message: 'two',
        stack: 'AggregateError: two\n    at there',
        errors: [
          { name: 'error', code: '28P01', message: 'no login', stack: 'error: no login' },
          { name: 'object', message: '{"code":42}' },
        ],
      },
    };
    print.entry('fn', text('ERROR', { ...answer, status: 503, error }));
    expect(lines.map((line) => line.replace(/^ +fn r /, ''))).toEqual([
      'ERROR ServiceUnavailable: No answer.',
      '          at here',
      '        cause: AggregateError: two',
      '            at there',
      '          one of: error 28P01: no login',
      '          one of: {"code":42} (object, thrown as it is)',
    ]);
  });

  it('gives the calls of a request its id, by their trace', () => {
    const { print, lines } = printer('pretty');
    const trace = 'Root=1-01234567-1f3c9a7e000040008000aaaa';
    for (const [name, requestId] of [
      ['get-order', '1f3c9a7e-0000-4000-8000-aaaabbbbcccc'],
      ['get-stock', '00000000-0000-4000-8000-000000000000'],
    ] as const) {
      print.entry(name, { type: 'start', requestId, traceId: trace });
      print.entry(name, { type: 'function', requestId, line: 'said' });
    }
    const called = { ...report };
    const requestId = '00000000-0000-4000-8000-000000000000';
    print.entry('get-stock', { type: 'report', requestId, report: called });
    print.invoked('get-stock', called);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain('1f3c9a7e');
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
