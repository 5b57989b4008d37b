import { randomUUID } from 'node:crypto';
import type { Contract } from '@nanoservices/endpoint';
import { bootstrapFile } from './bootstrap-file.ts';
import type { Environment } from './environment.ts';
import { findFunction, isEndpoint, type LocalFunction } from './function-registry.ts';
import { invocationEvent } from './invocation-event.ts';
import type { InvokeOptions } from './invoke-options.ts';
import { startLambdaService } from './lambda-service.ts';
import { printError, printResponse, reportLine } from './print-invocation.ts';
import { ProcessEnvironment } from './process-environment.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs one invocation of an endpoint, each function it calls in a process of its own, and prints the answer on stdout.
 * What functions print, and the report, go to stderr.
 *
 * @returns whether the function answered
 * @throws UsageError when the options do not fit the endpoint's contract
 */
export async function runOnce(options: InvokeOptions, workspaceRoot: string): Promise<boolean> {
  const found = findFunction(options.endpoint, workspaceRoot);
  const target = { ...found, timeout: options.timeout ?? found.timeout };
  await using resources = new AsyncDisposableStack();

  const openingDatabase = target.usesDatabase ? openDatabase() : undefined;
  // If the contract has an objection first, this one's failure must not come on top.
  openingDatabase?.catch(() => {});
  resources.defer(async () => (await openingDatabase?.catch(() => undefined))?.release());
  const [contract, bootstrap] = await Promise.all([readContract(target), bootstrapFile()]);
  const event = options.event ?? JSON.stringify(invocationEvent(contract, options, tell));
  const database = await openingDatabase;

  const variables: Record<string, string> = { VALIDATE_RESPONSES: 'true' };
  if (database) variables.DATABASE_URL = database.url;
  const waiting = new Map<string, Environment>();
  if (contract.calls.length > 0) {
    const service = await startLambdaService((name, calleeEvent) =>
      takeCallee(name)?.invoke({ requestId: randomUUID(), event: calleeEvent }),
    );
    resources.defer(service.close);
    variables.AWS_ENDPOINT_URL_LAMBDA = service.url;
  }
  const start = (configuration: LocalFunction): Environment => {
    const environment = new ProcessEnvironment({ ...configuration, environment: variables }, bootstrap, log);
    resources.defer(() => environment.stop());
    return environment;
  };
  const environment = start(target);
  // Started before they are called, so that their init phases pass meanwhile.
  for (const { name } of contract.calls) waiting.set(name, start(findFunction(name, workspaceRoot)));
  /** An environment takes one invocation at a time, so each call gets one of its own. */
  const takeCallee = (name: string): Environment | undefined => {
    const ready = waiting.get(name);
    waiting.delete(name);
    return ready ?? (isEndpoint(name, workspaceRoot) ? start(findFunction(name, workspaceRoot)) : undefined);
  };

  const requestId = randomUUID();
  const result = await environment.invoke({ requestId, event });
  // Afterwards everything that it printed has been read, and the report is the last line.
  await environment.stop();
  tell(reportLine(requestId, target.memorySize, result));
  if (result.status === 'success') printResponse(result.payload, options.json);
  else printError(result.error, options.json);
  return result.status === 'success';
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function log(chunk: Buffer): void {
  process.stderr.write(chunk);
}

async function readContract({ contractFile, functionName }: LocalFunction): Promise<Contract> {
  const exports: object[] = Object.values(await import(contractFile));
  const contract = exports.find((value) => 'method' in value && 'path' in value) as Contract | undefined;
  if (!contract) throw new UsageError(`${contractFile} exports no contract.`);
  if (contract.name !== functionName) {
    throw new UsageError(`${contractFile}: "name" is "${contract.name}", but the folder is ${functionName}.`);
  }
  return contract;
}

async function openDatabase() {
  // Loaded here, since not every endpoint has a database.
  const { acquireDatabase } = await import('@nanoservices/database');
  return acquireDatabase();
}
