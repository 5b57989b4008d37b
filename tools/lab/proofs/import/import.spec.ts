import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readWorkspace } from '@nanoservices/model';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import importGenerator from '../../../nx/src/generators/import/generator.ts';
import { nxEnvironment, runNx } from '../../testbed/nx.ts';
import { typeErrors } from '../../testbed/type-errors.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { serviceNames, writeService } from './services.ts';

interface Expected {
  /** Functions found, and those with endpoints. */
  readonly functions: readonly [found: number, takenOver: number];
  /** `resource/name METHOD path` */
  readonly endpoints: readonly string[];
  /** `file:line key` of what is listed. */
  readonly listed: readonly string[];
}

const expected: Readonly<Record<string, Expected>> = {
  guarded: {
    functions: [3, 1],
    endpoints: [
      'reports/secret-report-get-reports-secret GET /reports/secret',
      'reports/secret-report-post-reports-secret POST /reports/secret',
    ],
    listed: [
      'handler.js:3 requestContext.identity',
      'serverless.yml:5 provider.runtime',
      'serverless.yml:7 provider.apiKeys',
      'serverless.yml:10 functions.auth',
      'serverless.yml:12 functions.openReport',
      'serverless.yml:15 functions.openReport.events.0.http',
      'serverless.yml:25 functions.secretReport.events.0.http.authorizer',
      'serverless.yml:26 functions.secretReport.events.0.http.cors',
      'serverless.yml:31 functions.secretReport.events.1.http.private',
    ],
  },
  'json-service': {
    functions: [2, 2],
    endpoints: [
      'documents/documents-get GET /documents',
      'documents/documents-get-document-id GET /documents/{documentId}',
      'documents/upload PUT /documents/{documentId}',
    ],
    listed: [
      'serverless.json:5 provider.runtime',
      'serverless.json:15 functions.documents.events.2.httpApi',
      'src/documents.js:4 { path } = event',
      'src/documents.js:5 multiValueHeaders',
    ],
  },
  'mixed-runtimes': {
    functions: [4, 1],
    endpoints: ['predictions/read-prediction GET /predictions/{id}'],
    listed: [
      'serverless.yml:6 functions.predict',
      'serverless.yml:10 functions.render',
      'serverless.yml:17 functions.readPrediction.url',
      'serverless.yml:20 functions.readPrediction.events.1.websocket',
      'serverless.yml:21 functions.built',
    ],
  },
  'queue-worker': {
    functions: [3, 1],
    endpoints: ['jobs/producer POST /jobs'],
    listed: [
      'serverless.yml:4 provider.runtime',
      'serverless.yml:6 provider.environment.QUEUE_URL',
      'serverless.yml:15 functions.consumer',
      'serverless.yml:21 functions.nightly',
      'serverless.yml:18 functions.consumer.events.0.sqs',
      'serverless.yml:24 functions.nightly.events.0.schedule',
      'serverless.yml:25 functions.nightly.events.1.s3',
      'serverless.yml:28 resources.Resources.Jobs',
      'serverless.yml:30 resources.Outputs',
    ],
  },
  'rest-crud': {
    functions: [3, 3],
    endpoints: [
      'notes/create-notes POST /notes',
      'notes/list-notes GET /notes',
      'notes/delete-notes DELETE /notes/{id}',
    ],
    listed: [
      'notes/create.js:4 httpMethod',
      'serverless.yml:5 provider.runtime',
      'serverless.yml:18 functions.create.events.0.http.cors',
      'serverless.yml:22 functions.list.events.0.http.cors',
      'serverless.yml:29 functions.delete.events.0.http.cors',
      'serverless.yml:32 resources.Resources.NotesTable',
    ],
  },
  'server-side-pages': {
    functions: [1, 1],
    endpoints: ['site/pages-any-site ANY /site', 'site/pages-any-site-proxy ANY /site/{proxy+}'],
    listed: [
      'index.js:2 event.path',
      'serverless.yml:4 provider.runtime',
      'serverless.yml:6 provider.region',
      'serverless.yml:8 provider.environment.NODE_ENV',
      'serverless.yml:16 plugins.0',
      'serverless.yml:17 plugins.1',
      'serverless.yml:19 custom.secrets',
      'serverless.yml:20 custom.apigwBinary',
    ],
  },
  'split-files': {
    functions: [2, 2],
    endpoints: ['parcels/get-parcel GET /parcels/{parcelId}', 'parcels/send-parcel POST /parcels'],
    listed: [
      'config/writing.yml:5 functions.1.sendParcel.layers',
      'config/writing.yml:7 functions.1.sendParcel.environment.TOKEN',
      'serverless.yml:4 provider.runtime',
      'serverless.yml:7 provider.timeout',
      'serverless.yml:8 provider.vpc',
      'serverless.yml:11 provider.httpApi.authorizers.tokens',
      'serverless.yml:16 custom.memory',
    ],
  },
  'typed-api': {
    functions: [2, 2],
    endpoints: ['invoices/get-invoice GET /invoices/{invoiceId}', 'invoices/list-invoices GET /invoices'],
    listed: [
      'serverless.yml:4 provider.runtime',
      'serverless.yml:6 provider.lambdaHashingVersion',
      'serverless.yml:8 provider.httpApi.cors',
    ],
  },
  'typescript-template': {
    functions: [1, 1],
    endpoints: ['hello/hello POST /hello'],
    listed: [
      'serverless.ts:8 plugins.0',
      'serverless.ts:11 provider.runtime',
      'serverless.ts:12 provider.apiGateway.minimumCompressionSize',
      'serverless.ts:12 provider.apiGateway.shouldStartNameWithService',
      'serverless.ts:15 functions.hello.events.0.http.request',
      'serverless.ts:16 package',
      'serverless.ts:17 custom.esbuild',
    ],
  },
  webhook: {
    functions: [3, 1],
    endpoints: ['webhook/listener POST /webhook'],
    listed: [
      "handler.js:4 headers['X-Hub-Signature']",
      'handler.js:5 readFileSync(',
      'serverless.yml:1 org',
      'serverless.yml:2 app',
      'serverless.yml:4 package',
      'serverless.yml:8 provider.runtime',
      'serverless.yml:16 functions.legacy',
      'serverless.yml:20 functions.missing',
    ],
  },
  'whole-app': {
    functions: [1, 1],
    endpoints: ['whole-app/api-default ANY $default'],
    listed: ['serverless.yml:4 custom.tableName', 'serverless.yml:7 provider.runtime'],
  },
};

let workspace: WorkspaceFixture;
let old: string;
const outputs = new Map<string, string>();
const before = new Map<string, string>();

function textOf(folder: string): string {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) => one.isFile());
  return files
    .map((one) => `${one.name}\n${readFileSync(join(one.parentPath, one.name), 'utf8')}`)
    .sort()
    .join('\n');
}

beforeAll(async () => {
  old = mkdtempSync(join(tmpdir(), 'old services '));
  workspace = new WorkspaceFixture({ withNx: true }).withoutEndpoints();
  workspace.write('functions/topology.json', '{ "topologies": { "nano": [], "mono": ["app"] } }\n');
  workspace.write('functions/traffic.json', '{}\n');
  workspace.commit('empty');
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  for (const name of serviceNames) {
    const from = writeService(old, name);
    before.set(name, textOf(join(old, name)));
    const tree = new FsTree(workspace.root, false);
    const finish = await importGenerator(tree, { from, skipInstall: true });
    flushChanges(workspace.root, tree.listChanges());
    workspace.linkPackages();
    log.mockClear();
    await finish();
    outputs.set(name, log.mock.calls.join('\n'));
  }
  log.mockRestore();
});
afterAll(async () => {
  await workspace.delete();
  rmSync(old, { recursive: true });
});

describe.each(serviceNames)('%s', (name) => {
  const { functions = [0, 0], endpoints = [], listed = [] } = expected[name] ?? {};

  it('becomes the endpoints that it should', async () => {
    const output = outputs.get(name) ?? '';
    const [, takenOver, found] = /: (\d+) of (\d+) taken over/.exec(output) ?? [];
    expect([Number(found), Number(takenOver)]).toEqual(functions);
    const { contracts, endpoints: all } = await readWorkspace(workspace.root);
    const roots = output.match(/^ {2}functions\/\S+$/gm)?.map((line) => line.trim()) ?? [];
    const routes = roots.map((root) => {
      const endpoint = all.find((one) => one.root === root);
      const contract = contracts.get(endpoint?.name ?? '');
      return `${root.replace('functions/', '')} ${contract?.method} ${contract?.path}`;
    });
    expect(routes).toEqual(endpoints);
  });

  it('lists everything else, with its line', () => {
    const output = outputs.get(name) ?? '';
    const places = [...output.matchAll(/^ {2}\S.*?\/old services [^/]+\/[^/]+\/(\S+:\d+ .*)$/gm)].map(
      ([, one]) => one,
    );
    expect(places).toEqual(listed);
  });

  it('stays as it was', () => {
    expect(textOf(join(old, name))).toBe(before.get(name));
  });
});

describe('all that is taken over', () => {
  it('has its environment variables and permissions, with placeholders', async () => {
    const { pack } = await readWorkspace(workspace.root);
    const { environment, permissions } = pack('nano').functionOf('list-notes');
    expect(environment).toEqual({ NOTES_TABLE: 'rest-crud-{stage}' });
    expect(permissions).toEqual([
      {
        actions: ['dynamodb:Query', 'dynamodb:PutItem'],
        resources: ['arn:aws:dynamodb:{region}:*:table/notes'],
      },
    ]);
  });

  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(process.execPath, [program, ...args], {
      cwd: workspace.root,
      env: nxEnvironment,
    });

  it('has nothing to lint or to format', async () => {
    await run(fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome')), 'check', 'functions', 'libs');
  });

  it('has no type errors', () => {
    expect(typeErrors(workspace.root)).toEqual([]);
  });

  it('passes its specs', async () => {
    const { stdout } = await run(
      join(fileURLToPath(import.meta.resolve('vitest/package.json')), '../vitest.mjs'),
      'run',
      '--config',
      'tools/nx/src/vitest/config.ts',
      '--dir',
      'functions',
    );
    expect(stdout).toMatch(/Tests\s+19 passed \(19\)/);
  });

  it('is built, each endpoint alone and all in one function', async () => {
    await runNx(workspace.root, 'run-many', '-t', 'build');
    expect(globSync('functions/{dist,*/*/dist}/handler.mjs', { cwd: workspace.root })).toHaveLength(20);
  });
});

describe('a second import', () => {
  it('names the endpoints that are there, and writes nothing', async () => {
    const tree = new FsTree(workspace.root, false);
    const from = join(old, 'rest-crud/serverless.yml');
    await expect(importGenerator(tree, { from })).rejects.toThrow(
      /^Nothing is imported: "create-notes" is there already, in functions\/notes\/create-notes; /,
    );
    expect(tree.listChanges()).toEqual([]);
  });
});
