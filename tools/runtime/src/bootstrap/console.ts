import { format } from 'node:util';
import type { LogLevel } from '@nanoservices/endpoint/log-levels';
import { levelFilter } from './level-filter.ts';
import { intoError, loggedFields, structuredFields } from './logged-error.ts';

type Write = (message?: unknown, ...params: unknown[]) => void;

/** The log of an environment. */
export interface FunctionLog {
  /**
   * Logs the error of the function.
   *
   * @throws what the error throws when it is read: a value without toString(), for example
   */
  error(title: 'Init Error' | 'Invoke Error', error: unknown): void;
}

export interface ConsoleOptions {
  /** Called with each line, without a line end. */
  readonly write: (line: string) => void;
  /** @returns the id of the running invocation */
  readonly requestId: () => string;
}

/**
 * Makes `console` write Lambda's log lines, with a time, the id of the running invocation and a level. The environment
 * variables AWS_LAMBDA_LOG_FORMAT and AWS_LAMBDA_LOG_LEVEL choose format and lines, as in nodejs24.x.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function patchConsole({ write, requestId }: ConsoleOptions): FunctionLog {
  const isJson = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  const line = isJson ? jsonLine : textLine;
  const isWritten = levelFilter();
  const writer = (level: LogLevel): Write => {
    if (!isWritten(level)) return () => {};
    return (message, ...params) => {
      const head = { timestamp: new Date().toISOString(), level, requestId: requestId() };
      // A line end would split the log event in two.
      write(line(head, message, params).replaceAll('\n', '\r'));
    };
  };
  const info = writer('INFO');
  Object.assign(console, {
    trace: writer('TRACE'),
    debug: writer('DEBUG'),
    log: info,
    info,
    warn: writer('WARN'),
    error: writer('ERROR'),
    fatal: writer('FATAL'),
  });
  return {
    error: (title, thrown) => {
      const error = intoError(thrown);
      if (isJson) console.error(error);
      else console.error(title, `\t${loggedFields(error)}`);
    },
  };
}

interface LineHead {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly requestId: string;
}

function textLine({ timestamp, requestId, level }: LineHead, message: unknown, params: unknown[]): string {
  return [timestamp, requestId, level, format(message, ...params)].join('\t');
}

function jsonLine(head: LineHead, message: unknown, params: unknown[]): string {
  if (params.length === 0) {
    try {
      return JSON.stringify({ ...head, message }, (_, value) =>
        value instanceof Error ? Object.assign(structuredFields(value), value) : value,
      );
    } catch {
      return JSON.stringify({ ...head, message: format(message) });
    }
  }
  const error = params.find((param) => param instanceof Error);
  return JSON.stringify({
    ...head,
    message: format(message, ...params),
    ...(error && structuredFields(error)),
  });
}
