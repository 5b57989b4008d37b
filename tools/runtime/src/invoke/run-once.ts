import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stageFunction } from '@nanoservices/build';
import type { DatabaseLease } from '@nanoservices/database';
import { roleClaimVariable } from '@nanoservices/endpoint';
import {
  type ApiFile,
  type Contracts,
  findGroup,
  type Layout,
  type PackedFunction,
  packAlone,
  readApiFile,
  readContractsWithCallees,
  readDocumentation,
  readLayout,
  refuseTwoValues,
  UsageError,
} from '@nanoservices/model';
import { credentialsFor, readAwsCredentials } from '../environment/aws-credentials.ts';
import { bundleFolder } from '../environment/bundle-folder.ts';
import type { InvokeResult } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { localVariables, missingVariables, secretNames } from '../environment/local-variables.ts';
import { type LogEntry, logLines } from '../environment/log-entry.ts';
import { environmentStarter } from '../environment/start-environment.ts';
import { streamedPayload } from '../gateway/streamed-head.ts';
import { lambdaApiVariables, newAccessKey } from '../lambda/access-key.ts';
import { Lambda } from '../lambda/lambda.ts';
import { lambdaService } from '../lambda/lambda-service.ts';
import { logPrinter } from '../start/log-printer.ts';
import { chooseContract } from './choose-contract.ts';
import { describeContract } from './contract-help.ts';
import { invocationEvent } from './invocation-event.ts';
import type { InvokeOptions } from './invoke-options.ts';
import { printError, printResponse } from './print-invocation.ts';

/**
 * Runs one invocation of an endpoint, with its callees in further processes, and prints the response on stdout. The output of
 * functions and the report go to stderr. Other endpoints' contracts and the topologies do not matter.
 *
 * @returns false when the function failed
 * @throws UsageError when the options do not fit the endpoint's contract, or a variable that it needs is not set
 */
export async function runOnce(options: InvokeOptions, workspaceRoot: string): Promise<boolean> {
  const layout = readLayout(workspaceRoot);
  const group = findGroup(layout, options.name);
  refuseTwoValues(group);
  const { contracts, facts } = await readContractsWithCallees(layout, group.endpoints);
  const functionNamed = (name: string) => packAlone(layout, facts, name);
  const found = functionNamed(options.name);
  const { timeout = found.settings.timeout, logLevel = found.settings.logLevel } = options;
  const target = { ...found, settings: { ...found.settings, timeout, logLevel } };
  refuseUnbuilt(target, layout);
  refuseMissing(target, workspaceRoot);
  await using resources = new AsyncDisposableStack();

  const callees = calleesOf(target, functionNamed);
  // A callee need not be called.
  for (const missing of missingVariables(workspaceRoot, callees)) tell(missing);
  const usesDatabase = [target, ...callees].some((one) => one.usesDatabase);
  const openingDatabase = usesDatabase ? openDatabase(layout) : undefined;
  // If the options do not fit the contract, a failure of the database must not be reported, too.
  openingDatabase?.catch(() => {});
  resources.defer(async () => (await openingDatabase?.catch(() => undefined))?.release());
  const api = readApiFile(workspaceRoot);
  const [event, startEnvironment] = await Promise.all([
    options.event ?? eventOf(target, options, { layout, contracts, api }),
    environmentStarter(),
  ]);
  const database = await openingDatabase;
  if (database?.isExternal) tell(`Database: ${database.description}`);
  for (const note of database?.notes ?? []) tell(database?.isExternal ? note : `Database: ${note}`);
  await database?.grant(new Map([target, ...callees].map(({ name, grants }) => [name, grants])));

  const requestId = randomUUID();
  let log = '';
  let report = '';
  const print = logPrinter('pretty', (line) => {
    log += `${line}\n`;
    tell(line);
  });
  const lambda = new Lambda({
    startEnvironment,
    log: ({ functionName }, entry) => {
      print.entry(functionName, entry);
      // The report of the function comes last. Reports of its callees are not shown.
      if (entry.type === 'report' && entry.requestId === requestId) report = lastLine(entry);
    },
  });
  resources.defer(() => lambda.stop());
  const accessKey = newAccessKey();
  const service = lambdaService(lambda, { accessKey, warn: tell }).listen(0, '127.0.0.1');
  resources.defer(() => {
    service.closeAllConnections();
    service.close();
  });
  await once(service, 'listening');
  const roleClaim = api.jwt?.roleClaim;
  const variables = {
    VALIDATE_RESPONSES: 'true',
    ...(roleClaim !== undefined && { [roleClaimVariable]: roleClaim }),
  };
  const lambdaUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const credentials = options.awsCredentials ? await readAwsCredentials() : undefined;
  const folder = bundleFolder();
  resources.defer(() => rmSync(folder, { recursive: true, force: true }));
  const put = (one: PackedFunction) => {
    refuseUnbuilt(one, layout);
    const bundle = stageFunction(layout.root, one.bundle, join(folder, one.name), join(folder, '.packages'));
    const own = { ...variables, ...credentialsFor(one, credentials) };
    const all = { ...own, ...lambdaApiVariables(lambdaUrl, accessKey, own) };
    lambda.put(configure(one, bundle, { workspaceRoot, variables: all, database }));
  };
  put(target);
  for (const callee of callees) {
    put(callee);
    // Started ahead, so that their init phases overlap.
    lambda.warm(callee.name);
  }
  const result = await (lambda.invoke(target.name, event, { requestId }) as Promise<InvokeResult>);
  // Then all output has been read, and the report is the last line.
  await lambda.stop();
  tell(report);
  if (result.error) printError(result.error, { isJson: options.json, log });
  else printResponse(payloadOf(result), options.json);
  return result.error === undefined;
}

/** @throws UsageError when the function has streamed a response without status and headers */
function payloadOf({ payload, streamed }: Exclude<InvokeResult, { readonly error: object }>): unknown {
  if (!streamed) return JSON.parse(payload);
  try {
    return streamedPayload(streamed);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The functions of its callees, transitively. Each callee is a function by itself. */
function calleesOf(
  target: PackedFunction,
  functionNamed: (name: string) => PackedFunction,
): PackedFunction[] {
  const callees = new Map<string, PackedFunction>();
  const add = ({ endpoint }: PackedFunction['calls'][number]) => {
    if (callees.has(endpoint)) return;
    const callee = functionNamed(endpoint);
    callees.set(endpoint, callee);
    callee.calls.forEach(add);
  };
  target.calls.forEach(add);
  return [...callees.values()];
}

async function eventOf(
  target: PackedFunction,
  options: InvokeOptions,
  {
    layout,
    contracts,
    api,
  }: Pick<Contracts, 'contracts'> & { readonly layout: Layout; readonly api: ApiFile },
): Promise<string> {
  const contract = chooseContract(target, options, { contracts });
  const documentation = await readDocumentation(layout);
  const help = () => describeContract(contract, documentation);
  const event = invocationEvent(contract, options, { api, help, tell });
  return JSON.stringify(event);
}

function configure(
  packed: PackedFunction,
  bundle: string,
  {
    workspaceRoot,
    variables,
    database,
  }: {
    readonly workspaceRoot: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly database: DatabaseLease | undefined;
  },
): FunctionConfiguration {
  const { name, settings, usesDatabase } = packed;
  return {
    functionName: name,
    bundle,
    ...settings,
    environment: {
      ...localVariables(workspaceRoot, packed),
      ...variables,
      ...(usesDatabase && database && { DATABASE_URL: database.functionUrl(name) }),
    },
    secrets: secretNames(packed),
    logFormat: 'Text',
    isLogReadable: true,
    isolation: 'process',
  };
}

/** @throws UsageError when the function is not built */
function refuseUnbuilt({ name, bundle }: PackedFunction, { root }: Layout): void {
  if (existsSync(join(root, bundle))) return;
  throw new UsageError(`${name} is not built. Build it: npx nx run ${name}:build`);
}

/** @throws UsageError that names variables of a function without a value */
function refuseMissing(packed: PackedFunction, workspaceRoot: string): void {
  const [missing] = missingVariables(workspaceRoot, [packed]);
  if (missing) throw new UsageError(missing);
}

function lastLine(entry: LogEntry): string {
  return logLines(entry, 'Text').split('\n').at(-1) ?? '';
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function openDatabase(layout: Layout): Promise<DatabaseLease> {
  // Loaded on demand: not every endpoint has a database.
  const { acquireDatabase, databaseFailure } = await import('@nanoservices/database');
  const failure = await databaseFailure();
  if (failure) throw new UsageError(failure);
  return acquireDatabase(layout);
}
