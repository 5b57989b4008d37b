import { randomUUID } from 'node:crypto';
import type { Contract } from '@nanoservices/endpoint';
import type { InvocationResult } from './environment.ts';
import { findFunction, type LocalFunction } from './function-registry.ts';
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
  const target = findFunction(options.endpoint, workspaceRoot);
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  const contract = await readContract(target);
  const event = options.event ?? JSON.stringify(invocationEvent(contract, options, tell));

  const database = target.usesDatabase ? await openDatabase() : undefined;
  const service = contract.calls.length > 0 ? await startLambdaService(invokeCallee) : undefined;
  const environment = {
    VALIDATE_RESPONSES: 'true',
    ...(database && { DATABASE_URL: database.url }),
    ...(service && { AWS_ENDPOINT_URL_LAMBDA: service.url }),
  };
  try {
    const configuration = { ...target, timeout: options.timeout ?? target.timeout };
    const requestId = randomUUID();
    const result = await invokeIn({ ...configuration, environment }, requestId, event);
    process.stderr.write(`${reportLine(requestId, configuration.memorySize, result)}\n`);
    if (result.status === 'success') printResponse(result.payload, options.json);
    else printError(result.error, options.json);
    return result.status === 'success';
  } finally {
    await service?.close();
    await database?.release();
  }

  async function invokeCallee(name: string, calleeEvent: string): Promise<InvocationResult | undefined> {
    try {
      return await invokeIn({ ...findFunction(name, workspaceRoot), environment }, randomUUID(), calleeEvent);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      tell(error.message);
      return undefined;
    }
  }
}

async function invokeIn(
  configuration: ConstructorParameters<typeof ProcessEnvironment>[0],
  requestId: string,
  event: string,
): Promise<InvocationResult> {
  const environment = new ProcessEnvironment(configuration, (chunk) => process.stderr.write(chunk));
  try {
    return await environment.invoke({ requestId, event });
  } finally {
    await environment.stop();
  }
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
