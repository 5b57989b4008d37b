/**
 * `nx run lab:fuzz`: sends good and bad requests to the whole API, generated from its OpenAPI document by fast-check, and
 * by schemathesis, which is an independent tool. No response may be a 5xx, and every one must conform to the document.
 *
 * Arguments: number of requests of fast-check (default 20,000), seed of both.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@nanoservices/database/testing';
import { startApi } from '@nanoservices/runtime';
import { localIssuer } from '@nanoservices/runtime/tokens';
import fc from 'fast-check';
import { pythonEnvironment } from '../../testbed/python-environment.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { conformance, type HttpResponse } from './conformance.ts';
import { type ApiDocument, operationsOf } from './operations.ts';
import { type Caller, type FuzzedRequest, requestsTo } from './requests.ts';

const [count = 20_000, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
/** Sent at once. */
const batch = 20;
const here = fileURLToPath(new URL('.', import.meta.url));

const database = await createTestDatabase(repositoryRoot);
const api = await startApi({ root: repositoryRoot, env: database.environment });
const issuer = await localIssuer(repositoryRoot);
const tokens: Record<Caller, string | undefined> = {
  nobody: undefined,
  ann: await issuer.issue({ sub: 'ann' }),
  bob: await issuer.issue({ sub: 'auth0|bob' }),
  admin: await issuer.issue({ sub: 'ann', scope: 'admin' }),
  impostor: await issuer.issue({ sub: 'ann', aud: 'another API' }),
};
/** Ids of the callers' users, as long as they are there. */
const own: string[] = [];
try {
  own.push(await register('ann'), await register('bob'));
  const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as ApiDocument;
  await fastCheck(document);
  schemathesis();
} finally {
  await api.stop();
  await database.drop();
}

async function register(name: 'ann' | 'bob'): Promise<string> {
  const response = await fetch(`${api.url}/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens[name]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, email: `${name}@example.com` }),
  });
  assert.equal(response.status, 201);
  return ((await response.json()) as { id: string }).id;
}

async function fastCheck(document: ApiDocument): Promise<void> {
  const operations = operationsOf(document);
  const problemOf = conformance(document);
  const statuses: Record<string, Record<number, number>> = {};
  const known = new Map<string, string[]>();
  const agent = new Agent({ keepAlive: true });
  const startedAt = performance.now();

  const attempt = async (fuzzed: FuzzedRequest): Promise<void> => {
    const { operation } = fuzzed;
    const path = pathOf(fuzzed, known);
    const response = await send(fuzzed, path, agent);
    assert.equal(problemOf(operation, response), undefined, `seed ${seed}: ${JSON.stringify(fuzzed)}`);
    statuses[operation.operationId] ??= {};
    const counts = statuses[operation.operationId] as Record<number, number>;
    counts[response.status] = (counts[response.status] ?? 0) + 1;
    if (response.status === 201) remember(known, operation.path, JSON.parse(response.text).id);
    if (response.status === 204) forget(known, path);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(requestsTo(operations), { minLength: batch, maxLength: batch }),
      async (requests) => void (await Promise.all(requests.map(attempt))),
    ),
    // A smaller example would be another one: the requests before it have changed the data.
    { numRuns: Math.ceil(count / batch), seed, endOnFailure: true },
  );
  agent.destroy();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`fast-check (seed ${seed}): ${count} requests in ${seconds} s, every response as documented`);
  for (const [operation, counts] of Object.entries(statuses)) {
    console.log(`  ${operation.padEnd(20)}`, JSON.stringify(counts));
    assert.ok(
      Object.keys(counts).some((status) => status < '300'),
      `${operation} never succeeded`,
    );
  }
}

/** `/users` -> userId: the parameter for the created object. */
function remember(known: Map<string, string[]>, path: string, id: string): void {
  const name = `${path.slice(1, -1)}Id`;
  known.set(name, [...(known.get(name) ?? []), id].slice(-8));
}

/** Forgets a deleted object: `/users/<id>`. */
function forget(known: Map<string, string[]>, path: string): void {
  const [, resource = '', id, ...rest] = path.split('/');
  const name = `${resource.slice(0, -1)}Id`;
  if (rest.length === 0)
    known.set(
      name,
      (known.get(name) ?? []).filter((one) => one !== id),
    );
}

function pathOf({ operation, params }: FuzzedRequest, known: ReadonlyMap<string, readonly string[]>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name] as string | number;
    // The callers, too: most rules compare the caller with the user in the path.
    const ids = [...(name === 'userId' ? own : []), ...(known.get(name) ?? [])];
    return encodeURIComponent(typeof value === 'number' ? (ids[value % ids.length] ?? 'none') : value);
  });
}

async function send(
  { operation, caller, query, headers, body }: FuzzedRequest,
  path: string,
  agent: Agent,
): Promise<HttpResponse> {
  const search = query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
  const token = tokens[caller];
  const sent = request(api.url + path + (search && `?${search}`), {
    agent,
    method: operation.method,
    headers: {
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    },
  });
  sent.end(body);
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const { statusCode = 0, headers: received } = response;
      resolve({
        status: statusCode,
        contentType: received['content-type'],
        text: await text(response),
      });
    });
  });
}

function schemathesis(): void {
  const reports = process.env.TEST_REPORTS;
  const programs = pythonEnvironment('schemathesis', join(here, 'requirements.txt'));
  const { status } = spawnSync(
    join(programs, 'schemathesis'),
    [
      ...['--config-file', join(here, 'schemathesis.toml'), 'run', `${api.url}/openapi.json`],
      ...['--header', `Authorization: Bearer ${tokens.admin}`],
      ...['--max-examples', '100', '--seed', String(seed), '--continue-on-failure', '--no-color'],
      // `.ci/run` counts the tests in it.
      ...(reports ? ['--report-junit-path', join(reports, 'schemathesis.xml')] : []),
    ],
    // Nx sets FORCE_COLOR, which would fill the log with frames of progress bars.
    {
      stdio: 'inherit',
      cwd: join(repositoryRoot, 'node_modules/.cache'),
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' },
    },
  );
  assert.equal(status, 0, `schemathesis ended with ${status}`);
}
