import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type FunctionConfiguration, functionArn } from '../environment/function-configuration.ts';
import { localAccount } from '../environment/local-account.ts';
import { credentialVariables } from './access-key.ts';
import { liveAlias } from './function-reference.ts';

/** @returns a FunctionConfiguration of the Lambda API */
export function describeFunction(
  found: FunctionConfiguration,
  { arn = functionArn(found) }: { readonly arn?: string } = {},
): object {
  const { mtime, size } = statSync(found.bundle);
  return {
    FunctionName: found.functionName,
    FunctionArn: arn,
    Runtime: 'nodejs24.x',
    Role: `arn:aws:iam::${localAccount}:role/local`,
    Handler: 'handler.handler',
    CodeSize: size,
    Description: '',
    Timeout: found.timeout,
    MemorySize: found.memorySize,
    LastModified: mtime.toISOString().replace('Z', '+0000'),
    CodeSha256: createHash('sha256').update(readFileSync(found.bundle)).digest('base64'),
    Version: '$LATEST',
    Environment: { Variables: shownVariables(found) },
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: revisionId(found, mtime),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: loggingConfig(found),
  };
}

const keys = new Set(Object.keys(credentialVariables('')));
const secretName = /secret|token|passw|credential|private|api_?key/i;
/** Password of a URL. It may contain "@" where nobody has escaped it. */
const password = /(:\/\/[^\s:/@]*:)[^\s]*@/g;

/** Variables without Lambda's own, and with masked secrets: descriptions are printed, and kept in histories of shells. */
function shownVariables({ environment, secrets }: FunctionConfiguration): Record<string, string> {
  const isSecret = (name: string) => secrets?.includes(name) || secretName.test(name);
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => !keys.has(name))
      .map(([name, value]) => [name, isSecret(name) ? '***' : value.replace(password, '$1***@')]),
  );
}

/** Levels exist in the JSON format only, where both are INFO by default. */
function loggingConfig({ functionName, logFormat, logLevel = 'INFO' }: FunctionConfiguration): object {
  return {
    LogFormat: logFormat,
    ...(logFormat === 'JSON' && { ApplicationLogLevel: logLevel, SystemLogLevel: 'INFO' }),
    LogGroup: `/aws/lambda/${functionName}`,
  };
}

/** @returns an AliasConfiguration of the Lambda API */
export function describeAlias(found: FunctionConfiguration): object {
  return {
    AliasArn: `${functionArn(found)}:${liveAlias}`,
    Name: liveAlias,
    FunctionVersion: '$LATEST',
    Description: '',
    RevisionId: revisionId(found, statSync(found.bundle).mtime),
  };
}

/** @returns the settings of an account in which nothing was raised, and its usage */
export function describeAccount(functions: readonly FunctionConfiguration[]): object {
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  const concurrency = 1000;
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: concurrency,
      UnreservedConcurrentExecutions: Math.max(0, concurrency - reserved),
    },
    AccountUsage: {
      TotalCodeSize: functions.reduce((sum, { bundle }) => sum + statSync(bundle).size, 0),
      FunctionCount: functions.length,
    },
  };
}

/** @returns an id in the form of a UUID that changes with code and configuration */
function revisionId(found: FunctionConfiguration, modified: Date): string {
  const text = JSON.stringify([found, modified.getTime()]);
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
