import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@nanoservices/api/client';
import { demoUserId } from '@nanoservices/database/demo-data';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAlive, StartedWorkspace, WorkspaceCopy } from '../testing/workspace-copy.ts';

// `npm start` as a process, on a copy of this workspace with its embedded database.
let workspace: WorkspaceCopy;
const started: StartedWorkspace[] = [];

beforeAll(() => {
  workspace = new WorkspaceCopy();
  workspace.endpoint('who', 'GET /who', 'return { pid: process.pid, parent: process.ppid, version: 1 }');
  workspace.endpoint('other', 'GET /other', 'return { pid: process.pid }');
  workspace.endpoint(
    'slow',
    'GET /slow',
    'await new Promise((done) => setTimeout(done, 2500)); return { slow: true }',
  );
  workspace.endpoint(
    'threaded',
    'GET /threaded',
    `if (event.rawQueryString === 'crash') process.kill(process.pid, 'SIGSEGV'); return { pid: process.pid }`,
  );
  const topologies = { nano: [], micro: ['users', 'games'], mono: ['app'] };
  workspace.write(
    'functions/topology.json',
    JSON.stringify({ topologies, isolation: { threaded: 'thread' } }),
  );
});

afterEach(async () => {
  for (const one of started.splice(0)) {
    one.child.kill('SIGTERM');
    await one.ended();
  }
});

afterAll(async () => {
  // The database lingers for a moment.
  await vi
    .waitFor(
      () => expect(existsSync(join(workspace.root, '.database/data/postmaster.pid'))).toBe(false),
      15_000,
    )
    .catch(() => {});
  workspace.delete();
});

function run(args: string[] = [], env = {}): StartedWorkspace {
  const one = new StartedWorkspace(workspace.root, args, { DATABASE_LINGER_MS: '500', ...env });
  started.push(one);
  return one;
}
const start = (args?: string[]) => run(args).ready();

interface Who {
  readonly pid: number;
  readonly parent: number;
  readonly version: number;
}
const who = async (one: StartedWorkspace): Promise<Who> => (await one.get('/who')).body;

/** Milliseconds that what is saved may take to have an effect, on a machine that is busy with other tests. */
const eventually = 20_000;

describe('npm start', { timeout: 60_000 }, () => {
  it('serves the whole API, and says where', async () => {
    const one = await start();
    expect(one.output).toMatch(/GET {4}\/users\/\{userId\} +get-user +process {2}user/);
    expect(one.output).toMatch(/GET {4}\/threaded +threaded +thread {3}public/);
    expect(one.output).toMatch(/Reference http:\/\/127\.0\.0\.1:\d+\/docs/);
    expect(one.output).toMatch(/Database {2}embedded PostgreSQL at 127\.0\.0\.1:\d+\/nanoservices/);
    expect((await one.get('/games?status=open')).body).toMatchObject({ items: expect.any(Array) });
    const token = /'Authorization: Bearer (\S+)'/.exec(one.output)?.[1] as string;
    const client = createClient({ baseUrl: one.url, token });
    const profile = await client.getUser({ params: { userId: demoUserId } });
    expect(profile).toMatchObject({ name: 'Ann Demo', games: { status: 'available' } });
    await one.says(/invoke list-user-games [\d.]+ ms/);
    await one.says(/GET \/users\/\S+ 200 [\d.]+ ms get-user \+ init \d+ ms \d+ MB/);
  });

  it('gives each function a process of its own, or a thread', async () => {
    const one = await start();
    const [first, other, threaded] = await Promise.all(
      ['/who', '/other', '/threaded'].map(async (path) => (await one.get(path)).body as Who),
    );
    expect(first?.pid).not.toBe(other?.pid);
    expect(threaded?.pid).toBe(first?.parent);
  });

  it('leaves nothing behind after Ctrl-C, and lets requests end', async () => {
    const one = await start();
    const { pid, parent } = await who(one);
    const slow = one.get('/slow');
    await sleep(300);
    expect(await one.interrupt()).toBe(0);
    expect(await slow).toEqual({ status: 200, body: { slow: true } });
    expect([pid, parent].filter(isAlive)).toEqual([]);
    await expect(fetch(one.url)).rejects.toThrow();
    const cache = join(workspace.root, 'node_modules/.cache/runtime');
    expect(readdirSync(cache).filter((name) => name.startsWith('start-'))).toEqual([]);
  });

  it('does not wait for requests after a second Ctrl-C', async () => {
    const one = await start();
    const { parent } = await who(one);
    const slow = one.get('/slow').catch(() => 'lost');
    await sleep(300);
    one.child.kill('SIGINT');
    await sleep(1000);
    one.child.kill('SIGINT');
    expect(await one.ended()).toBe(130);
    expect(await slow).toBe('lost');
    await vi.waitFor(() => expect(isAlive(parent)).toBe(false));
  });

  it('leaves nothing behind when it is killed', async () => {
    const one = await start();
    const { pid, parent } = await who(one);
    one.child.kill('SIGKILL');
    await one.ended();
    await vi.waitFor(() => expect([pid, parent].filter(isAlive)).toEqual([]), eventually);
  });

  it('comes back when a native crash in a thread ends the serving process', async () => {
    const one = await start();
    const { parent } = await who(one);
    await expect(one.get('/threaded?crash')).rejects.toThrow();
    await one.says(/serving process ended \(SIGSEGV\).*In threads: threaded/);
    await one.says(/It serves again/);
    const again = await who(one);
    expect(again.parent).not.toBe(parent);
    expect((await one.get('/threaded')).status).toBe(200);
  });

  it('packs endpoints into functions with --topology and NANO_TOPOLOGY', async () => {
    const one = await start(['--topology', 'micro']);
    expect(one.output).toMatch(/GET {4}\/users\/\{userId\} +users +process/);
    expect(one.output).toMatch(/POST {3}\/games +games +process/);
    expect(one.output).toMatch(/GET {4}\/who +who +process/);
    const curl = /curl (\S+) -H 'Authorization: (\S+ \S+)'/.exec(one.output);
    const answer = await fetch(`${curl?.[1]}`, { headers: { authorization: `${curl?.[2]}` } });
    expect(await answer.json()).toMatchObject({ name: 'Ann Demo', games: { status: 'available' } });
    // get-user is in users, and what it calls in games.
    await one.says(/invoke games [\d.]+ ms/);
    const two = await run([], { NANO_TOPOLOGY: 'mono' }).ready();
    expect(two.output).toMatch(/GET {4}\/who +app +process/);
    expect((await two.get('/who')).status).toBe(200);
  });

  it('runs everything in threads with --isolation thread', async () => {
    const one = await start(['--isolation', 'thread']);
    const { pid } = await who(one);
    expect((await one.get('/other')).body).toEqual({ pid });
  });

  it.each([
    ['text', /START RequestId: \S+ Version: \$LATEST\n[\s\S]*REPORT RequestId: \S+\tDuration: /],
    ['json', /"type":"platform.start"[\s\S]*"type":"platform.report"/],
  ])('prints Lambda’s own log with --logs %s', async (style, pattern) => {
    const one = await start(['--logs', style]);
    await one.get('/games');
    await one.says(pattern);
  });
});

describe('npm start refuses', { timeout: 30_000 }, () => {
  it('a port that is taken, naming it and the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const one = run(['--port', String(port), '--lambda-port', '0']);
    expect(await one.ended()).toBe(1);
    expect(one.output).toContain(
      `Port ${port} is taken. Stop what uses it, or choose another: --port ${port + 10}`,
    );
    expect(one.output).not.toMatch(/^\s+at /m);
    server.close();
  });

  it.each([
    [['--port', 'many'], /--port takes a number from 0 to 65535; not "many"/],
    [['--isolation', 'vm'], /--isolation takes process or thread; not "vm"/],
    [['--bogus'], /--bogus/],
    [['--topology', 'tiny'], /there is no topology "tiny"\. There are: nano, micro, mono\./],
  ])('%j', async (args, message) => {
    const one = run(args);
    expect(await one.ended()).toBe(2);
    expect(one.output).toMatch(message);
    expect(one.output).not.toMatch(/^\s+at /m);
  });

  it.each([
    [
      'functions/topology.json',
      '{"isolation":{"gams":"thread"}}',
      /"isolation" names "gams", which is no function\. There are: \*, create-game/,
    ],
    ['functions/topology.json', '{"isolation":"vm"}', /functions\/topology.json is invalid: "isolation"/],
    ['functions/topology.json', '{', /functions\/topology.json is not JSON/],
    [
      'functions/api.json',
      '{"cors":{"allowOrigins":["*"],"allowCredentials":true}}',
      /does not go with "\*"/,
    ],
    [
      'functions/test/who/package.json',
      '{"name":"@nanoservices/who","lambda":{"memorySize":64}}',
      /functions\/test\/who\/package.json is invalid: "lambda.memorySize"/,
    ],
  ])('a wrong %s: %s', async (file, text, message) => {
    const copy = new WorkspaceCopy();
    copy.endpoint('who', 'GET /who', '');
    copy.write(file, text);
    const one = new StartedWorkspace(copy.root, [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(await one.ended()).toBe(2);
    copy.delete();
    expect(one.output).toMatch(message);
  });

  it('two endpoints with one route', async () => {
    const copy = new WorkspaceCopy();
    copy.endpoint('twin', 'GET /users/{id}', '');
    const one = new StartedWorkspace(copy.root, [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(await one.ended()).toBe(1);
    copy.delete();
    expect(one.output).toMatch(/The route GET \/users\/\{id\} of twin is that of get-user, too\./);
  });
});

describe('what is saved', { timeout: 60_000 }, () => {
  let one: StartedWorkspace;
  beforeAll(async () => {
    one = await new StartedWorkspace(workspace.root, [], { DATABASE_LINGER_MS: '500' }).ready();
  });
  afterAll(() => one.interrupt());

  it('answers the next request, and only the functions concerned start anew', async () => {
    const [before, { body: other }] = await Promise.all([who(one), one.get('/other')]);
    workspace.handler('who', 'return { pid: process.pid, version: 2 }');
    await vi.waitFor(async () => expect((await who(one)).version).toBe(2), { timeout: 5000, interval: 5 });
    expect((await who(one)).pid).not.toBe(before.pid);
    expect((await one.get('/other')).body).toEqual(other);
  });

  it('in a lib concerns every function that uses it', async () => {
    workspace.write('libs/validation/src/test-constant.ts', `export const constant = 'a';`);
    const top = `import { constant } from '../../../../libs/validation/src/test-constant.ts';`;
    workspace.handler('who', 'return { constant }', top);
    workspace.handler('other', 'return { constant }', top);
    const constants = () => Promise.all(['/who', '/other'].map(async (path) => (await one.get(path)).body));
    await vi.waitFor(
      async () => expect(await constants()).toEqual([{ constant: 'a' }, { constant: 'a' }]),
      eventually,
    );
    workspace.write('libs/validation/src/test-constant.ts', `export const constant = 'b';`);
    await vi.waitFor(
      async () => expect(await constants()).toEqual([{ constant: 'b' }, { constant: 'b' }]),
      eventually,
    );
  });

  it('with a syntax error is shown, and the version before goes on serving', async () => {
    workspace.handler('who', 'return { version: 3 }');
    await vi.waitFor(async () => expect((await who(one)).version).toBe(3), eventually);
    workspace.handler('who', 'return {');
    await one.says(/who cannot be built\. The version before goes on serving\.[\s\S]*Unexpected end of file/);
    expect((await who(one)).version).toBe(3);
    workspace.handler('who', 'return { version: 4 }');
    await vi.waitFor(async () => expect((await who(one)).version).toBe(4), eventually);
  });

  it('loses no request', async () => {
    let stop = false;
    const answers: number[] = [];
    const load = Promise.all(
      [1, 2, 3].map(async () => {
        while (!stop) answers.push((await one.get('/who')).status);
      }),
    );
    for (let version = 10; version < 15; version++) {
      workspace.handler('who', `return { version: ${version} }`);
      await vi.waitFor(async () => expect((await who(one)).version).toBe(version), eventually);
    }
    stop = true;
    await load;
    expect(new Set(answers)).toEqual(new Set([200]));
  });

  it('as a new endpoint is served, and not when it is gone', async () => {
    workspace.endpoint('fresh', 'GET /fresh', 'return { fresh: true }');
    await vi.waitFor(
      async () => expect(await one.get('/fresh')).toEqual({ status: 200, body: { fresh: true } }),
      eventually,
    );
    workspace.remove('functions/test/fresh');
    await vi.waitFor(async () => expect((await one.get('/fresh')).status).toBe(404), eventually);
  });

  it('in functions/topology.json packs the endpoints anew, and loses no request', async () => {
    workspace.handler('who', 'return { pid: process.pid }');
    workspace.handler('other', 'return { pid: process.pid }');
    const pids = () =>
      Promise.all(['/who', '/other'].map(async (path) => ((await one.get(path)).body as Who).pid));
    await vi.waitFor(async () => expect(new Set(await pids()).size).toBe(2), eventually);
    let stop = false;
    const answers: number[] = [];
    const load = Promise.all(
      ['/who', '/other', '/games'].map(async (path) => {
        while (!stop) answers.push((await one.get(path)).status);
      }),
    );
    const topologies = { nano: [], mono: ['app'] };
    const activate = (active: string) =>
      workspace.write('functions/topology.json', JSON.stringify({ active, topologies }));
    for (const [active, functions] of [
      ['mono', 1],
      ['nano', 2],
      ['mono', 1],
    ] as const) {
      activate(active);
      await vi.waitFor(async () => expect(new Set(await pids()).size).toBe(functions), eventually);
    }
    stop = true;
    await load;
    expect(new Set(answers), one.output).toEqual(new Set([200]));
    activate('nano');
    await vi.waitFor(async () => expect(new Set(await pids()).size).toBe(2), eventually);
  });

  it('in functions/topology.json changes the isolation', async () => {
    workspace.handler('who', 'return { pid: process.pid, parent: process.ppid }');
    await vi.waitFor(async () => expect((await who(one)).parent).toBeGreaterThan(0), eventually);
    const { parent } = await who(one);
    workspace.write(
      'functions/topology.json',
      JSON.stringify({ isolation: { threaded: 'thread', who: 'thread' } }),
    );
    await vi.waitFor(async () => expect((await who(one)).pid).toBe(parent), eventually);
  });
});
