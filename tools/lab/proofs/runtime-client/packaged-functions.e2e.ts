import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundleTasks } from '@nanoservices/build';
import { createTestDatabase, type TestDatabase } from '@nanoservices/database/testing';
import { packageFunctions } from '@nanoservices/deploy/packaging';
import { type PackedFunction, readWorkspace } from '@nanoservices/model';
import { environmentStarter, type StartEnvironment } from '@nanoservices/runtime/environment';
import { credentialVariables, Lambda, lambdaService, newAccessKey } from '@nanoservices/runtime/lambda';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { expectedLocally } from './differences.ts';
import { installClient } from './install-client.ts';
import { type ProvenFunction, runLocally, runOnClient } from './run-function.ts';
import { shopInvocations } from './shop-invocations.ts';

// The zips that are deployed, of every function of two topologies: AWS's client and the local runtime run the same bytes.
const workspace = new WorkspaceFixture();
const { pack, units, endpoints } = await readWorkspace(workspace.root);
const functions = [...pack('nano').functions, ...pack('mono').functions];
const cases = functions.flatMap((packed) =>
  shopInvocations
    .filter(({ endpoint }) => packed.endpoints.some(({ name }) => name === endpoint))
    .map((invocation) => ({ packed, functionName: packed.name, ...invocation })),
);

let client: string;
let startEnvironment: StartEnvironment;
let database: TestDatabase;
const resources = new AsyncDisposableStack();
let lambdaUrl: string;
const accessKey = newAccessKey();

beforeAll(async () => {
  resources.use(workspace);
  client = installClient();
  startEnvironment = await environmentStarter();
  await packageAll();
  database = await createTestDatabase(workspace.root);
  resources.defer(() => database.drop());
  await seed();
  await startCallees();
}, 600_000);

afterAll(() => resources.disposeAsync());

describe.each(cases)('$functionName: $name', ({ packed, endpoint: _, ...invocation }) => {
  it('is answered by the local runtime as by AWS', async () => {
    const proven = provenFunction(packed);
    const invocations = [{ ...invocation, requestId: 'r-1' }];
    const onClient = await runOnClient(proven, invocations, client);
    for (const isolation of ['process', 'thread'] as const) {
      const expected = expectedLocally('', isolation, onClient);
      expect(await runLocally(proven, invocations, { isolation, startEnvironment })).toEqual(expected);
    }
  });
});

async function packageAll(): Promise<void> {
  const tasks = [
    ...endpoints.map(({ root }) => ({ kind: 'endpoint' as const, root })),
    ...units.map(({ root }) => ({ kind: 'unit' as const, root })),
  ];
  for await (const { error } of bundleTasks(workspace.root, tasks)) if (error) throw new Error(error);
  const packaged = packageFunctions(
    workspace.root,
    tasks.map(({ root }) => ({ id: root, root })),
  );
  for await (const { error } of packaged) if (error) throw new Error(String(error));
  for (const { root } of tasks) {
    const folder = join(workspace.root, root);
    mkdirSync(join(folder, 'artifact/task'));
    execFileSync('python3', ['-m', 'zipfile', '-e', 'artifact/function.zip', 'artifact/task'], {
      cwd: folder,
    });
  }
}

async function seed(): Promise<void> {
  const owner = new pg.Client(database.url);
  await owner.connect();
  await owner.query(workspace.read('libs/data-access/seed.sql'));
  await owner.end();
}

/** The functions that others call, behind a Lambda API. */
async function startCallees(): Promise<void> {
  const lambda = new Lambda({ startEnvironment, log: () => {} });
  resources.defer(() => lambda.stop());
  const service = lambdaService(lambda, { accessKey, warn: () => {} });
  resources.defer(() => void service.close());
  await once(service.listen(0, '127.0.0.1'), 'listening');
  lambdaUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  for (const packed of pack('nano').functions) {
    const { folder, ...settings } = provenFunction(packed);
    const bundle = join(folder, 'handler.mjs');
    lambda.put({ functionName: packed.name, bundle, isolation: 'process', ...packed.settings, ...settings });
  }
  // A call must not wait for its cold start, or it may be too late.
  for (const { endpoint, event } of shopInvocations) await lambda.invoke(endpoint, event);
}

function provenFunction({ name, root }: PackedFunction): ProvenFunction {
  return {
    folder: join(workspace.root, root, 'artifact/task'),
    environment: {
      DATABASE_URL: database.functionUrl(name),
      VALIDATE_RESPONSES: 'true',
      AWS_ENDPOINT_URL_LAMBDA: lambdaUrl,
      ...credentialVariables(accessKey),
    },
    // Deployed functions have this format.
    logFormat: 'JSON',
  };
}
