import { styleText } from 'node:util';
import { type LogEntry, logLines, type Report } from '../environment/log-entry.ts';
import type { RequestRecord } from '../gateway/gateway.ts';

type Style = Parameters<typeof styleText>[0];

/** styleText() queries the terminal on each call, which is too slow for every line. */
function painter(style: Style): (text: string) => string {
  const [open = '', close = ''] = styleText(style, '\0').split('\0');
  return (text) => `${open}${text}${close}`;
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

function prettyPrinter(write: (line: string) => void): LogPrinter {
  return {
    entry: (functionName, entry) => {
      if (entry.type === 'init') write(note(functionName, `init took more than ${entry.durationMs} ms`));
      if (entry.type !== 'function') return;
      for (const line of readable(entry.line)) write(note(functionName, line));
    },
    request: (record) => write(requestLine(record)),
    invoked: (functionName, report) => {
      const failure = report.status === 'success' ? '' : red(` ${report.errorType ?? report.status}`);
      write(`${clock()}   ${dim('invoke')} ${functionName}${failure} ${measures(report)}`);
    },
  };
}

function requestLine({
  method,
  url,
  status,
  durationMs,
  functionName,
  report,
  reason,
}: RequestRecord): string {
  const colour = status < 300 ? green : status < 400 ? cyan : status < 500 ? yellow : red;
  const parts = [clock(), bold(method), url, colour(String(status))];
  if (report) parts.push(`${durationMs.toFixed(1)} ms`);
  if (functionName) parts.push(dim(functionName));
  if (report) parts.push(dim(extras(report)));
  if (reason) parts.push(red(reason));
  return parts.filter(Boolean).join(' ');
}

function measures(report: Report): string {
  return [`${report.durationMs.toFixed(1)} ms`, dim(extras(report))].filter(Boolean).join(' ');
}

function extras({ initDurationMs, maxMemoryUsedMb }: Report): string {
  const init = initDurationMs === undefined ? '' : `+ init ${initDurationMs.toFixed(0)} ms `;
  return `${init}${maxMemoryUsedMb} MB`;
}

function clock(): string {
  return dim(new Date().toTimeString().slice(0, 8));
}

function note(functionName: string, text: string): string {
  return `           ${dim(functionName)} ${text}`;
}

const colours: Record<string, (text: string) => string> = { WARN: yellow, ERROR: red, FATAL: red };

/** @returns a JSON log line of nodejs24.x in readable form; other output unchanged */
function readable(line: string): string[] {
  const parsed = parseLine(line);
  if (!parsed) return [line];
  const { level, message, stackTrace } = parsed;
  if (isQuietRequest(message)) return [];
  const colour = colours[level] ?? dim;
  const text = typeof message === 'string' ? message.replaceAll('\r', '\n') : describe(message);
  const [first = '', ...rest] = text.split('\n');
  const lines = [...rest, ...(stackTrace?.slice(1) ?? [])].map((more) => `  ${dim(more.trim())}`);
  return [`${colour(level)} ${first}`, ...lines];
}

interface LogLine {
  readonly level: string;
  readonly message: unknown;
  readonly stackTrace?: string[];
}

function parseLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line);
    return typeof parsed.level === 'string' && 'message' in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** @returns true for the line of `endpoint()` about a request: the gateway prints the same */
function isQuietRequest(message: unknown): boolean {
  const record = message as { endpoint?: unknown; status?: unknown } | null;
  return typeof record?.endpoint === 'string' && typeof record.status === 'number' && record.status < 500;
}

function describe(message: unknown): string {
  const error = errorOf(message);
  if (!error) return JSON.stringify(message);
  const { stack, stackTrace } = error;
  return (
    stack ??
    stackTrace?.join('\n') ??
    `${error.name ?? error.errorType}: ${error.message ?? error.errorMessage}`
  );
}

interface LoggedError {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly errorType?: string;
  readonly errorMessage?: string;
  readonly stackTrace?: string[];
}

/** @returns a logged error, or the error in a line of `endpoint()` */
function errorOf(message: unknown): LoggedError | undefined {
  const { error = message } = (message ?? {}) as { error?: unknown };
  const candidate = error as LoggedError | null;
  return candidate?.stack !== undefined || candidate?.stackTrace !== undefined ? candidate : undefined;
}
