import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Contract } from './contract.ts';
import { Problem } from './problem.ts';
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

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Writes the log line of a request. With Lambda's JSON log format, the runtime puts the object into its own JSON line;
 * with the text format, this function makes the JSON. It obeys the function's log level (AWS_LAMBDA_LOG_LEVEL, default
 * INFO).
 *
 * The line holds no personal data: parts of the request that an error quotes are redacted.
 */
export function logRequest({ contract, context, status, startedAt, error, event }: RequestRecord): void {
  const level = status < 500 ? 'INFO' : 'ERROR';
  if (levels.indexOf(level) < levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO')) return;
  const record = {
    endpoint: contract.name,
    requestId: context.awsRequestId,
    route: `${contract.method} ${contract.path}`,
    status,
    durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
    ...(status >= 500
      ? { error: describeError(error, event ? redactor(contract, event) : (text) => text) }
      : error instanceof Problem && { problem: error.details.type }),
  };
  const line = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON' ? record : JSON.stringify(record);
  if (level === 'INFO') console.info(line);
  else console.error(line);
}

function describeError(error: unknown, redact: Redact): unknown {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const { name, message, stack = '', cause } = error;
  return {
    name,
    message: redact(message),
    stack: redact(stack),
    ...(cause !== undefined && { cause: describeError(cause, redact) }),
  };
}
