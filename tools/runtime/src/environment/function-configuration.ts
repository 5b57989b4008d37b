import type { Isolation, LogLevel } from '@nanoservices/model';
import { localAccount, localRegion } from './local-account.ts';
import type { LogFormat } from './log-entry.ts';

/** A function to run: the part of AWS Lambda's configuration that matters here. */
export interface FunctionConfiguration {
  readonly functionName: string;
  /** Absolute path of the built ES module, which exports `handler`. */
  readonly bundle: string;
  readonly isolation: Isolation;
  /** Memory limit, in megabytes. */
  readonly memorySize: number;
  /** Time limit of an invocation, in seconds. */
  readonly timeout: number;
  /** Highest number of concurrent invocations; undefined for the default of all functions. */
  readonly reservedConcurrency?: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables that descriptions of the function mask. */
  readonly secrets?: readonly string[] | undefined;
  readonly logFormat: LogFormat;
  /** Replaces what the console writes by lines for a person, in the form of the text format. Default: false. */
  readonly isLogReadable?: boolean | undefined;
  /** Least level of the console's lines. Default: INFO with the format JSON; else all lines. */
  readonly logLevel?: LogLevel | undefined;
}

/** @returns the ARN of a function's latest version, in an account that does not exist */
export function functionArn({ functionName }: Pick<FunctionConfiguration, 'functionName'>): string {
  return `arn:aws:lambda:${localRegion()}:${localAccount}:function:${functionName}`;
}
