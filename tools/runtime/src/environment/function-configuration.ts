import type { LogFormat } from './log-entry.ts';

/** A function to run: what AWS Lambda calls its configuration. */
export interface FunctionConfiguration {
  readonly functionName: string;
  /** The built ES module that exports `handler`. */
  readonly bundle: string;
  /** Megabytes the function may use in all. */
  readonly memorySize: number;
  /** Seconds an invocation may take. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFormat: LogFormat;
}

/** The ARN of a function's latest version. The account is nobody's. */
export function functionArn({ functionName }: Pick<FunctionConfiguration, 'functionName'>): string {
  return `arn:aws:lambda:${process.env.AWS_REGION ?? 'us-east-1'}:000000000000:function:${functionName}`;
}
