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
  | { readonly type: 'report'; readonly requestId: string; readonly report: Report }
  | { readonly type: 'init'; readonly durationMs: number; readonly status: 'timeout' };

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
  if (entry.type === 'init') {
    return `INIT_REPORT Init Duration: ${entry.durationMs.toFixed(2)} ms\tPhase: init\tStatus: ${entry.status}`;
  }
  return `END RequestId: ${entry.requestId}\n${reportLine(entry)}`;
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

/** @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
function jsonLine(entry: PlatformEntry): string {
  const time = new Date().toISOString();
  if (entry.type === 'start') {
    const record = { requestId: entry.requestId, version: '$LATEST' };
    return JSON.stringify({ time, type: 'platform.start', record });
  }
  if (entry.type === 'init') {
    const { durationMs, status } = entry;
    const record = { initializationType: 'on-demand', phase: 'init', status, metrics: { durationMs } };
    return JSON.stringify({ time, type: 'platform.initReport', record });
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
