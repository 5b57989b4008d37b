import { styleText } from 'node:util';
import { type LogEntry, logLines, type Report } from '../environment/log-entry.ts';
import type { RequestRecord } from '../gateway/gateway.ts';
import { readLine } from './readable-line.ts';

type Style = Parameters<typeof styleText>[0];

/** styleText() queries the terminal on each call, which is too slow for every line. */
function painter(style: Style): (text: string) => string {
  const [open = '', close = ''] = styleText(style, '\0').split('\0');
  return (text) => (text ? `${open}${text}${close}` : '');
}

const dim = painter('dim');
const bold = painter('bold');
const red = painter('red');
const yellow = painter('yellow');
const green = painter('green');
const cyan = painter('cyan');

/** The style of the log. `none` prints nothing. */
export type LogStyle = 'pretty' | 'text' | 'json' | 'none';

/** Prints a log. */
export interface LogPrinter {
  /** An entry of an environment's log. */
  entry(functionName: string, entry: LogEntry): void;
  /** An answered request. */
  request(record: RequestRecord): void;
  /** An invocation through the Lambda API. */
  invoked(functionName: string, report: Report): void;
}

/** Makes a printer: a readable line per request and the log of functions, or Lambda's log lines. */
export function logPrinter(style: LogStyle, write: (line: string) => void): LogPrinter {
  if (style === 'pretty') return prettyPrinter(write);
  if (style === 'none') return { entry: () => {}, request: () => {}, invoked: () => {} };
  const format = style === 'json' ? 'JSON' : 'Text';
  return {
    entry: (_, entry) => write(logLines(entry, format)),
    request: () => {},
    invoked: () => {},
  };
}

/** An invocation, while it runs and until its end is printed. */
interface Invocation {
  /** Short id that all invocations of one request to the API share. */
  readonly id: string;
  /** Reason of a 4xx, as `endpoint()` gives it. */
  reason?: string | undefined;
  /** Errors that are printed already. */
  errors: string;
}

function prettyPrinter(write: (line: string) => void): LogPrinter {
  const running = new Map<string, Invocation>();
  const ended = new WeakMap<Report, Invocation>();
  /** Errors of init phases, which come before the invocation that they fail, by function. */
  const initErrors = new Map<string, string>();
  return {
    entry: (functionName, entry) => {
      if (entry.type === 'init') {
        // The function has logged its error.
        if (entry.status === 'error') return;
        return write(note(functionName, `init took more than ${entry.durationMs} ms`));
      }
      if (entry.type === 'start') {
        const errors = initErrors.get(functionName) ?? '';
        initErrors.delete(functionName);
        return void running.set(entry.requestId, { id: shortId(entry.requestId, entry.traceId), errors });
      }
      // The line of the request has it.
      if (entry.type === 'fault') return;
      const invocation = running.get(entry.requestId ?? '');
      if (entry.type === 'report') {
        if (invocation) ended.set(entry.report, invocation);
        return void running.delete(entry.requestId);
      }
      const { level, text, request } = readLine(entry.line);
      if (level === 'ERROR') {
        if (invocation) invocation.errors += text;
        else initErrors.set(functionName, text);
      }
      if (invocation && request) invocation.reason = request.reason;
      // The line of the gateway says the same.
      if (request && request.status < 500) return;
      const id = invocation?.id ?? (entry.requestId && shortId(entry.requestId));
      for (const line of readableLines(level, text)) write(note(functionName, line, id));
    },
    request: (record) => {
      const invocation = record.report && ended.get(record.report);
      write(requestLine({ ...record, reason: newReason(record.reason, invocation) }, invocation));
    },
    invoked: (functionName, report) => {
      const invocation = ended.get(report);
      const failure = report.status === 'success' ? '' : red(` ${report.errorType ?? report.status}`);
      const parts = [measures(report), dim(invocation?.id ?? ''), yellow(invocation?.reason ?? '')];
      write(`${clock()}   ${dim('invoke')} ${functionName}${failure} ${parts.filter(Boolean).join(' ')}`);
    },
  };
}

/** The first characters of the request id. A call of another function has a separate one, and the trace of the request. */
function shortId(requestId: string, traceId?: string): string {
  const [, root = requestId] = /^Root=1-[\da-f]{8}-([\da-f]{8})/.exec(traceId ?? '') ?? [];
  return root.slice(0, 8);
}

/** @returns the reason, unless it is printed already */
function newReason(reason: string | undefined, invocation: Invocation | undefined): string | undefined {
  if (reason === undefined) return invocation?.reason;
  return invocation?.errors.includes(reason) ? undefined : reason;
}

function requestLine(
  { requestId, method, url, status, durationMs, functionName, report, reason }: RequestRecord,
  invocation: Invocation | undefined,
): string {
  const colour = status < 300 ? green : status < 400 ? cyan : status < 500 ? yellow : red;
  const parts = [clock(), bold(method), url, colour(String(status))];
  if (report) parts.push(`${durationMs.toFixed(1)} ms`);
  if (functionName) parts.push(dim(functionName));
  if (report) parts.push(dim(extras(report)));
  parts.push(dim(invocation?.id ?? shortId(requestId)));
  if (reason) parts.push(colour(reason));
  return parts.filter(Boolean).join(' ');
}

function measures(report: Report): string {
  return [`${report.durationMs.toFixed(1)} ms`, dim(extras(report))].filter(Boolean).join(' ');
}

function extras({ initDurationMs, maxMemoryUsedMb }: Report): string {
  const init = initDurationMs === undefined ? '' : `+ init ${initDurationMs.toFixed(0)} ms `;
  return `${init}${maxMemoryUsedMb} MB`;
}

// In the time zone of the start: threads bring the process into that of Lambda.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone });

function clock(): string {
  return dim(time.format());
}

function note(functionName: string, text: string, id = ''): string {
  return ['          ', dim(functionName), ...(id ? [dim(id)] : []), text].join(' ');
}

const colours: Record<string, (text: string) => string> = { WARN: yellow, ERROR: red, FATAL: red };

/** @returns the level and the text, whose lines are aligned: it may be a table */
function readableLines(level: string | undefined, text: string): string[] {
  const [first = '', ...rest] = text.split('\n').map((line) => (/^ +at /.test(line) ? dim(line) : line));
  if (level === undefined) return [first, ...rest];
  const margin = ' '.repeat(level.length + 1);
  return [`${(colours[level] ?? dim)(level)} ${first}`, ...rest.map((line) => margin + line)];
}
