import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FunctionGrants } from '@nanoservices/database';
import type { Contract } from '@nanoservices/endpoint';
import { readContract } from '@nanoservices/workspace/contract-file';
import { grantsOf } from '@nanoservices/workspace/function-grants';
import {
  findPacked,
  readFunction,
  requireBuilt,
  type WorkspaceFunction,
} from '@nanoservices/workspace/function-settings';
import { readPacking } from '@nanoservices/workspace/topology';
import type { InvocationResult } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { type LogEntry, logLines } from '../environment/log-entry.ts';
import { environmentStarter } from '../environment/start-environment.ts';
import { Lambda, type LambdaFunction } from '../lambda/lambda.ts';
import { lambdaService } from '../lambda/lambda-service.ts';
import { chooseContract } from './choose-contract.ts';
import { invocationEvent } from './invocation-event.ts';
import type { InvokeOptions } from './invoke-options.ts';
import { printError, printResponse } from './print-invocation.ts';

/**
 * Runs one invocation of an endpoint, each function it calls in a process of its own, and prints the answer on stdout.
 * What functions print, and the report, go to stderr.
 *
 * @returns whether the function answered
 * @throws UsageError when the options do not fit the endpoint's contract
 */
export async function runOnce(options: InvokeOptions, workspaceRoot: string): Promise<boolean> {
  const packing = readPacking(workspaceRoot);
  const find = (name: string) => readFunction(findPacked(name, packing), workspaceRoot);
  const found = find(options.endpoint);
  const target = { ...found, timeout: options.timeout ?? found.timeout };
  requireBuilt(target);
  await using resources = new AsyncDisposableStack();

  const openingDatabase = target.usesDatabase ? openDatabase() : undefined;
  // If the contract has an objection first, this one's failure must not come on top.
  openingDatabase?.catch(() => {});
  resources.defer(async () => (await openingDatabase?.catch(() => undefined))?.release());
  const [contract, startEnvironment] = await Promise.all([
    chooseContract(target, options, workspaceRoot),
    environmentStarter(),
  ]);
  const isElsewhere = ({ name }: Contract) => !target.endpoints.some((endpoint) => endpoint.name === name);
  const callees = contract.calls.filter(isElsewhere).map(({ name }) => find(name));
  const event = options.event ?? JSON.stringify(invocationEvent(contract, options, tell));
  const database = await openingDatabase;
  await database?.grant(await readGrants(workspaceRoot, [target, ...callees]));

  const report = { text: '' };
  const requestId = randomUUID();
  const lambda = new Lambda({
    startEnvironment,
    log: (_, entry) => {
      // The report of the function itself comes last, and its callees' ones are of no interest.
      if (entry.type === 'report' && entry.requestId === requestId) report.text = lastLine(entry);
      else if (entry.type === 'function' || entry.type === 'init') tell(logLines(entry, 'Text'));
    },
  });
  resources.defer(() => lambda.stop());
  const service = lambdaService(lambda, { warn: tell }).listen(0, '127.0.0.1');
  resources.defer(() => {
    service.closeAllConnections();
    service.close();
  });
  await once(service, 'listening');
  const variables = {
    VALIDATE_RESPONSES: 'true',
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
  };
  const put = (one: WorkspaceFunction) =>
    lambda.put(
      configure(one, { ...variables, ...(database && { DATABASE_URL: database.functionUrl(one.name) }) }),
    );
  put(target);
  for (const callee of callees) {
    put(callee);
    // Started before they are called, so that their init phases pass meanwhile.
    lambda.warm(callee.name);
  }
  const result = await (lambda.invoke(target.name, event, { requestId }) as Promise<InvocationResult>);
  // Afterwards everything that was printed has been read, and the report is the last line.
  await lambda.stop();
  tell(report.text);
  if (result.error) printError(result.error, options.json);
  else printResponse(JSON.parse(result.payload), options.json);
  return result.error === undefined;
}

function configure(
  found: WorkspaceFunction,
  environment: FunctionConfiguration['environment'],
): LambdaFunction {
  const { name, memorySize, timeout } = found;
  const bundle = requireBuilt(found);
  return {
    functionName: name,
    bundle,
    memorySize,
    timeout,
    environment,
    logFormat: 'Text',
    isolation: 'process',
  };
}

function lastLine(entry: LogEntry): string {
  return logLines(entry, 'Text').split('\n').at(-1) ?? '';
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function readGrants(
  workspaceRoot: string,
  functions: readonly WorkspaceFunction[],
): Promise<FunctionGrants> {
  const endpoints = functions.flatMap((one) => one.endpoints);
  const contracts = await Promise.all(endpoints.map((endpoint) => readContract(workspaceRoot, endpoint)));
  const byName = new Map(contracts.map((contract) => [contract.name, contract]));
  return new Map(functions.map((one) => [one.name, grantsOf(one, byName)]));
}

async function openDatabase() {
  // Loaded here, since not every endpoint has a database.
  const { acquireDatabase } = await import('@nanoservices/database');
  return acquireDatabase();
}
