import { Problem } from '@nanoservices/validation';
import type { Context } from 'aws-lambda';
import type { Contract } from './contract.ts';

export interface RequestRecord {
  readonly contract: Contract;
  readonly context: Context;
  readonly status: number;
  /** From `performance.now()`. */
  readonly startedAt: number;
  readonly error?: unknown;
}

const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Writes the one log line of a request. With Lambda's JSON log format the runtime puts the object into its own JSON
 * line; with the text format we make the JSON. Obeys the function's log level (AWS_LAMBDA_LOG_LEVEL, default INFO).
 */
export function logRequest({ contract, context, status, startedAt, error }: RequestRecord): void {
  const level = status < 500 ? 'INFO' : 'ERROR';
  if (levels.indexOf(level) < levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO')) return;
  const record = {
    endpoint: contract.name,
    requestId: context.awsRequestId,
    route: `${contract.method} ${contract.path}`,
    status,
    durationMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
    ...(status >= 500
      ? { error: describeError(error) }
      : error instanceof Problem && { problem: error.details.type }),
  };
  const line = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON' ? record : JSON.stringify(record);
  if (level === 'INFO') console.info(line);
  else console.error(line);
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause !== undefined && { cause: describeError(cause) }) };
}
