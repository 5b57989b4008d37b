import { inspect } from 'node:util';

/** A line of a function's log. */
export interface ReadableLine {
  /** Lambda's level; undefined for a line that bypassed the console. */
  readonly level?: string;
  readonly text: string;
  /** Set when `endpoint()` wrote the line about a request. */
  readonly request?: { readonly status: number; readonly reason?: string };
}

const textLine = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t([A-Z]+)\t([\s\S]*)$/;

/** Reads a line in Lambda's text or JSON format. */
export function readLine(line: string): ReadableLine {
  const [, level, text] = textLine.exec(line) ?? [];
  if (level !== undefined && text !== undefined) {
    return requestLine(level, parseObject(text)) ?? { level, text: text.replaceAll('\r', '\n') };
  }
  const parsed = parseObject(line);
  if (typeof parsed?.level !== 'string' || !('message' in parsed || 'timestamp' in parsed)) {
    return { text: line };
  }
  return requestLine(parsed.level, parsed.message) ?? { level: parsed.level, text: textOf(parsed) };
}

function requestLine(level: string, record: unknown): ReadableLine | undefined {
  const { endpoint, requestId, route, status, durationMs, reason, error } = (record ?? {}) as {
    readonly endpoint?: unknown;
    readonly requestId?: unknown;
    readonly route?: unknown;
    readonly status?: unknown;
    readonly durationMs?: unknown;
    readonly reason?: string;
    readonly error?: LoggedError;
  };
  // A handler may write objects with some of these keys.
  const isOfEndpoint =
    [endpoint, requestId, route].every((value) => typeof value === 'string') &&
    typeof durationMs === 'number';
  if (!isOfEndpoint || typeof status !== 'number') return undefined;
  const request = { status, ...(reason !== undefined && { reason }) };
  return { level, text: error ? errorLines(error).join('\n') : '', request };
}

/** Keys that Lambda adds to each line. */
const added = new Set([
  'timestamp',
  'level',
  'requestId',
  'message',
  'errorType',
  'errorMessage',
  'stackTrace',
]);

function textOf({ message, ...line }: Record<string, unknown>): string {
  const rest = Object.fromEntries(Object.entries(line).filter(([key]) => !added.has(key)));
  return [
    ...(message === undefined ? [] : [isError(message) ? errorLines(message).join('\n') : shown(message)]),
    ...(isError(line) ? errorLines(line) : []),
    ...(Object.keys(rest).length > 0 ? [shown(rest)] : []),
  ].join('\n');
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? value.replaceAll('\r', '\n')
    : inspect(value, { depth: 5, compact: 5, breakLength: 100 });
}

/** An error in the words of `endpoint()` or of Lambda. */
interface LoggedError {
  readonly name?: string;
  readonly errorType?: string;
  readonly message?: string;
  readonly errorMessage?: string;
  readonly code?: string;
  readonly stack?: string;
  readonly stackTrace?: readonly string[];
  readonly cause?: LoggedError;
  readonly errors?: readonly LoggedError[];
}

function isError(value: unknown): value is LoggedError {
  const { stack, stackTrace } = (value ?? {}) as LoggedError;
  return stack !== undefined || stackTrace !== undefined;
}

function errorLines(error: LoggedError): string[] {
  const { name = error.errorType, message = error.errorMessage ?? '', code, cause, errors = [] } = error;
  const stack = error.stack?.split('\n') ?? error.stackTrace ?? [];
  const head = isError(error)
    ? `${name}${code === undefined ? '' : ` ${code}`}: ${message}`
    : `${message} (${name}, thrown as it is)`;
  return [
    ...head.split('\n'),
    ...stack.filter((line) => /^ +at /.test(line)),
    ...(cause ? inner('cause: ', cause) : []),
    ...errors.flatMap((one) => inner('one of: ', one)),
  ];
}

function inner(label: string, error: LoggedError): string[] {
  const [first, ...rest] = errorLines(error);
  return [`  ${label}${first}`, ...rest.map((line) => `  ${line}`)];
}

/** @param text - of the console: inside an open `console.group()`, it is indented */
function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
