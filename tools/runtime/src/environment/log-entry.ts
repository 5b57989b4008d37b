import type { FunctionError } from './messages.ts';

/** The log format in the logging configuration of a Lambda function. */
export type LogFormat = 'Text' | 'JSON';

/** Lambda's report at the end of an invocation. Times in milliseconds. */
export interface Report {
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string | undefined;
  readonly durationMs: number;
  readonly billedDurationMs: number;
  /** Duration of the init phase, in the first report of an environment: the cold start. */
  readonly initDurationMs?: number | undefined;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
}

/** An entry in the log of an environment: a line of Lambda, or a formatted line of the function. */
export type LogEntry =
  | {
      readonly type: 'start';
      readonly requestId: string;
      /** Trace of the invocation, which its calls of other functions share. */
      readonly traceId?: string | undefined;
    }
  | { readonly type: 'function'; readonly requestId: string | undefined; readonly line: string }
  /** The error of an invocation that the function could not report itself: it was too slow, or its environment ended. */
  | { readonly type: 'fault'; readonly requestId: string; readonly error: FunctionError }
  | { readonly type: 'report'; readonly requestId: string; readonly report: Report }
  | InitReport;

/** Lambda's report on an init phase that failed. */
export interface InitReport {
  readonly type: 'init';
  readonly durationMs: number;
  /** The init phase itself, or its repetition in the time of an invocation. */
  readonly phase: 'init' | 'invoke';
  readonly status: 'timeout' | 'error';
  readonly errorType?: string | undefined;
}

/** Completes a report: status and billed duration. */
export function reportOf(
  measured: Pick<Report, 'durationMs' | 'initDurationMs' | 'memorySizeMb' | 'maxMemoryUsedMb'> & {
    readonly error?: FunctionError | undefined;
  },
): Report {
  const { durationMs, initDurationMs, memorySizeMb, maxMemoryUsedMb, error } = measured;
  const status = !error ? 'success' : error.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
  return {
    status,
    errorType: status === 'error' ? error?.errorType : undefined,
    durationMs,
    // The init phase is billed since August 2025.
    billedDurationMs: Math.ceil(durationMs + (initDurationMs ?? 0)),
    initDurationMs,
    memorySizeMb,
    maxMemoryUsedMb,
  };
}

/** @returns the lines that Lambda writes to a function's log for an entry, without a final line end */
export function logLines(entry: LogEntry, format: LogFormat): string {
  if (entry.type === 'function') return entry.line;
  return format === 'JSON' ? jsonLine(entry) : textLines(entry);
}

type PlatformEntry = Exclude<LogEntry, { type: 'function' }>;

function textLines(entry: PlatformEntry): string {
  if (entry.type === 'start') return `START RequestId: ${entry.requestId} Version: $LATEST`;
  if (entry.type === 'init') return initReportLine(entry);
  if (entry.type === 'fault') return faultLines(entry);
  return `END RequestId: ${entry.requestId}\n${reportLine(entry)}`;
}

function initReportLine({ durationMs, phase, status, errorType }: InitReport): string {
  return [
    `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms`,
    `Phase: ${phase}`,
    `Status: ${status}`,
    ...(errorType === undefined ? [] : [`Error Type: ${loggedType(errorType)}`]),
  ].join('\t');
}

/** @returns the name of an init error, where Lambda knows it */
function loggedType(errorType: string): string {
  return /^(Runtime|Function)\.[A-Z][a-zA-Z]+$/.test(errorType) ? errorType : 'Runtime.Unknown';
}

/** Lambda puts an empty line after that of a timeout. */
function faultLines({ requestId, error }: Extract<LogEntry, { type: 'fault' }>): string {
  const { errorType, errorMessage } = error;
  return errorType === 'Sandbox.Timedout'
    ? `${new Date().toISOString()} ${requestId} ${errorMessage.replace(/^Error: /, '')}\n`
    : `RequestId: ${requestId} ${errorMessage}\n${errorType}`;
}

function reportLine({ requestId, report }: Extract<LogEntry, { type: 'report' }>): string {
  const { status, errorType, durationMs, billedDurationMs, initDurationMs, memorySizeMb } = report;
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedDurationMs} ms`,
    `Memory Size: ${memorySizeMb} MB`,
    `Max Memory Used: ${report.maxMemoryUsedMb} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
    ...(status === 'success' ? [] : [`Status: ${status}`]),
    ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]),
  ].join('\t');
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html; platform.fault is of the older Logs API */
function jsonLine(entry: PlatformEntry): string {
  const time = new Date().toISOString();
  if (entry.type === 'start') {
    const record = { requestId: entry.requestId, version: '$LATEST' };
    return JSON.stringify({ time, type: 'platform.start', record });
  }
  if (entry.type === 'init') {
    const { durationMs, phase, status, errorType } = entry;
    const record = {
      initializationType: 'on-demand',
      phase,
      status,
      errorType: errorType && loggedType(errorType),
      metrics: { durationMs },
    };
    return JSON.stringify({ time, type: 'platform.initReport', record });
  }
  if (entry.type === 'fault') {
    const record = `RequestId: ${entry.requestId} ${entry.error.errorMessage}`;
    return JSON.stringify({ time, type: 'platform.fault', record });
  }
  const { requestId, report } = entry;
  const { status, errorType, durationMs, billedDurationMs, initDurationMs } = report;
  const metrics = {
    durationMs,
    billedDurationMs,
    memorySizeMB: report.memorySizeMb,
    maxMemoryUsedMB: report.maxMemoryUsedMb,
    initDurationMs,
  };
  return JSON.stringify({ time, type: 'platform.report', record: { requestId, metrics, status, errorType } });
}
