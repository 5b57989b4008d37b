import { format } from 'node:util';

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof levels)[number];
type Write = (message?: unknown, ...params: unknown[]) => void;

/** The log of the running invocation. */
export interface InvocationLog {
  requestId: string;
  /** Logs the error of a handler. */
  error(title: string, error: unknown): void;
}

/**
 * Makes `console` write Lambda's log lines, with a time, the id of the running request and a level. The environment variables
 * AWS_LAMBDA_LOG_FORMAT and, for the format JSON, AWS_LAMBDA_LOG_LEVEL choose format and lines.
 *
 * @param write - called with each line, without a line end
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function consoleTo(write: (line: string) => void): InvocationLog {
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const least = json ? levels.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO') as Level) : 0;
  const log: InvocationLog = {
    requestId: '-',
    error: (title, thrown) => {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (json) console.error(error);
      else console.error(title, `\t${JSON.stringify(error, describe)}`);
    },
  };
  const writer = (level: Level): Write => {
    if (levels.indexOf(level) < least) return () => {};
    return (message, ...params) => {
      const time = new Date().toISOString();
      const line = json
        ? jsonLine({ timestamp: time, level, requestId: log.requestId }, message, params)
        : [time, log.requestId, level, format(message, ...params)].join('\t');
      // A line end would split the log event in two.
      write(line.replaceAll('\n', '\r'));
    };
  };
  Object.assign(console, {
    trace: writer('TRACE'),
    debug: writer('DEBUG'),
    log: writer('INFO'),
    info: writer('INFO'),
    warn: writer('WARN'),
    error: writer('ERROR'),
    fatal: writer('FATAL'),
  });
  return log;
}

function jsonLine(head: object, message: unknown, params: readonly unknown[]): string {
  if (params.length === 0) {
    try {
      return JSON.stringify({ ...head, message }, describe);
    } catch {
      return JSON.stringify({ ...head, message: format(message) });
    }
  }
  const error = params.find((param) => param instanceof Error);
  return JSON.stringify({ ...head, message: format(message, ...params), ...(error && describeError(error)) });
}

function describe(_: string, value: unknown): unknown {
  return value instanceof Error ? { ...describeError(value), ...value } : value;
}

function describeError(error: Error): object {
  const { message, stack } = error;
  return { errorType: error.constructor.name, errorMessage: message, stackTrace: stack?.split('\n') ?? [] };
}
