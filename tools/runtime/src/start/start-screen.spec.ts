import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Route } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalIssuer, localIssuer } from '../tokens/local-issuer.ts';
import { startScreen } from './start-screen.ts';
import type { StartedApi } from './started-api.ts';

let folder: string;
let issuer: LocalIssuer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'screen-'));
  issuer = await localIssuer(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

function route(route: string, functionName: string, access: Route['access'] = 'public'): Route {
  const [method, path] = route.split(' ') as [Route['method'], string];
  return { endpoint: functionName, function: functionName, method, path, summary: 'x', access };
}

const routes = [
  route('GET /orders/{orderId}', 'get-order'),
  route('POST /orders', 'create-order', 'user'),
  route('GET /orders', 'list-orders'),
  route('GET /customers', 'customers', { scope: 'support' }),
];

function screen(changes: Partial<StartedApi> = {}, all: readonly Route[] = routes): string {
  const unbuilt = changes.unbuilt ?? [];
  const api: StartedApi = {
    url: 'http://127.0.0.1:3000',
    lambdaUrl: 'http://127.0.0.1:3001',
    accessKey: 'LOCALKEY',
    host: '127.0.0.1',
    referenceUrl: 'http://127.0.0.1:3000/docs',
    application: {
      topology: 'hybrid',
      functions: [],
      routes: all,
      functionOf: () => {
        throw new Error('not asked for');
      },
    },
    unbuilt,
    isolationOf: (name) => (unbuilt.includes(name) ? undefined : name === 'customers' ? 'thread' : 'process'),
    hasCors: false,
    database: 'embedded PostgreSQL at 127.0.0.1:5432/shop',
    issuer: 'urn:local',
    token: undefined,
    pid: 1,
    ended: new Promise(() => {}),
    stop: async () => {},
    kill: () => {},
    [Symbol.asyncDispose]: async () => {},
    ...changes,
  };
  return stripVTControlCharacters(startScreen(api));
}

const token = (scope: string) => issuer.issue({ sub: 'local', scope });

it('has the routes in order, with function, isolation and access, and all addresses', () => {
  expect(screen({ unbuilt: ['get-order'] }).split('\n')).toEqual([
    '',
    '  GET    /customers         customers     thread   scope support',
    '  GET    /orders            list-orders   process  public',
    '  POST   /orders            create-order  process  user',
    '  GET    /orders/{orderId}  get-order     unbuilt  public',
    '',
    '  HTTP API   http://127.0.0.1:3000',
    '  Reference  http://127.0.0.1:3000/docs',
    '  Lambda     http://127.0.0.1:3001',
    `  echo '{"version":"2.0","routeKey":"GET /customers","smoke":true}' | AWS_ACCESS_KEY_ID=LOCALKEY AWS_SECRET_ACCESS_KEY=LOCALKEY aws lambda invoke --region us-east-1 --endpoint-url http://127.0.0.1:3001 --function-name customers --payload fileb:///dev/stdin /tmp/response.json && cat /tmp/response.json`,
    '  Database   embedded PostgreSQL at 127.0.0.1:5432/shop',
    '  Topology   hybrid: 2 functions in processes, 1 in a thread, 1 unbuilt',
    '',
    '  Tokens     from urn:local',
    '',
  ]);
});

it('mentions CORS, and a reference only if there is one', () => {
  expect(screen({ hasCors: true })).toContain('  HTTP API   http://127.0.0.1:3000  with CORS\n');
  expect(screen({ referenceUrl: undefined })).not.toContain('Reference');
});

it('counts a function of many routes once', () => {
  const unit = routes.map((one) => ({ ...one, function: 'app' }));
  expect(screen({}, unit)).toContain('  Topology   hybrid: 1 function in a process\n');
  expect(screen({ isolationOf: () => 'thread' })).toContain('  Topology   hybrid: 4 functions in threads\n');
});

it('quotes an address that a shell would expand', () => {
  const ipv6 = { lambdaUrl: 'http://[::1]:3001', url: 'http://[::1]:3000', host: '::1' };
  expect(screen(ipv6)).toContain(` --endpoint-url 'http://[::1]:3001' --function-name customers `);
});

it('invokes no function that could not be built', () => {
  expect(screen({ unbuilt: ['customers'] })).toContain('--function-name list-orders ');
  expect(screen({ unbuilt: routes.map((one) => one.function) })).not.toContain('aws lambda invoke');
});

describe('a request of the local caller', () => {
  it('is one that needs the token and nothing else', async () => {
    const support = await token('support');
    expect(screen({ token: support })).toContain(
      `  As the local caller (other tokens: npx nanos token):\n  curl http://127.0.0.1:3000/customers -H 'Authorization: Bearer ${support}'\n`,
    );
    const anyone = await token('');
    const more = [...routes, route('GET /orders/mine', 'list-own-orders', 'user')];
    expect(screen({ token: anyone }, more)).toContain(
      `\n  curl http://127.0.0.1:3000/orders/mine -H 'Authorization: Bearer ${anyone}'\n`,
    );
  });

  it('is left to the person where there is none, or the token lacks the scope', async () => {
    const anyone = await token('other');
    for (const all of [routes, routes.filter(({ function: name }) => name !== 'customers')]) {
      const text = screen({ token: anyone }, all);
      expect(text).toContain(
        `  For requests of the local caller (other tokens: npx nanos token):\n  Authorization: Bearer ${anyone}\n`,
      );
      expect(text).not.toContain('curl');
    }
  });
});

it.each(['127.0.0.1', '::1', 'localhost'])('does not warn on %s', (host) => {
  expect(screen({ host })).not.toContain('Everyone');
});

it.each(['0.0.0.0', '::', '192.0.2.7'])('warns on %s', (host) => {
  expect(screen({ host })).toContain(
    `  Everyone who reaches ${host}:3000 can use the HTTP API. The Lambda API is on loopback.`,
  );
});
