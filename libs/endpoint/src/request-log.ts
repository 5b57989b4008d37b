import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Contract } from './contract.ts';
import { describeError, describeIssues, type Issue, shorten } from './describe-error.ts';
import { countFailure } from './failure-metric.ts';
import { type LogLevel, logLevels } from './log-levels.ts';
import { InvalidInput, Problem } from './problem.ts';
import { type Redact, redactor } from './redact.ts';

export interface RequestRecord {
  readonly contract: Contract;
  readonly context: Context;
  readonly status: number;
  /** Start of the request, from `performance.now()`. */
  readonly startedAt: number;
  readonly error?: unknown;
  /** Request of the error. */
  readonly event?: APIGatewayProxyEventV2;
}

/**
 * Writes the log line of a request. With Lambda's JSON log format, the runtime puts the object into its own JSON line;
 * with the text format, this function makes the JSON. It obeys the function's log level (AWS_LAMBDA_LOG_LEVEL, default
 * INFO).
 *
 * The line has the reason of a problem, and the causes of an error. It holds no personal data: parts of the request that they
 * quote are redacted.
 */
export function logRequest({ contract, context, status, startedAt, error, event }: RequestRecord): void {
  const level = status < 500 ? 'INFO' : 'ERROR';
  if (status >= 500) countFailure();
  if (!isLogged(level)) return;
  const record = {
    endpoint: contract.name,
    requestId: context.awsRequestId,
    route: `${contract.method} ${contract.path}`,
    status,
    durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
    ...(event && outcomeOf(status, error, redactor(contract, event))),
  };
  writeLine(level, record);
}

/** Tells if the function's log level lets lines of a level through. */
export function isLogged(level: 'INFO' | 'ERROR'): boolean {
  const least = (process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO').toUpperCase();
  return logLevels.indexOf(level) >= logLevels.indexOf(least as LogLevel);
}

/** Writes a line in the log format of the function. */
export function writeLine(level: 'INFO' | 'ERROR', record: object): void {
  const line = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON' ? record : JSON.stringify(record);
  if (level === 'INFO') console.info(line);
  else console.error(line);
}

function outcomeOf(status: number, error: unknown, redact: Redact): object {
  if (status >= 500 || !(error instanceof Problem)) return { error: describeError(error, redact) };
  const { type, errors } = error.details;
  const reason = error instanceof InvalidInput ? describeIssues(errors as Issue[]) : error.message;
  return { problem: type, ...(reason && { reason: shorten(redact([reason]).join()) }) };
}
