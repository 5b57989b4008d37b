import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { resetDevelopmentDatabase } from '@nanoservices/database';
import { isRunning, sendSignal } from '@nanoservices/database/process-state';
import { readLayout } from '@nanoservices/model';
import { contractSource, handlerSource } from '@nanoservices/model/testing';
import { type Notice, type StartedApi, startApi } from '@nanoservices/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { StartedProcess } from '../testbed/started-process.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// `npm start` as a process, and the API that it starts, on the shop with its embedded database.
const carla = '/customers/01980000-0000-7000-8000-00000000000c';
let workspace: WorkspaceFixture;
const started: StartedProcess[] = [];

beforeAll(() => {
  // The database stops soon after its last user.
  vi.stubEnv('DATABASE_LINGER_MS', '1000');
  workspace = new WorkspaceFixture();
  workspace.endpoint('who', 'GET /who', 'return { pid: process.pid, parent: process.ppid, version: 1 }');
  workspace.endpoint('other', 'GET /other', 'return { pid: process.pid }');
  workspace.endpoint(
    'slow',
    'GET /slow',
    `console.log('slow has begun');
     while (!existsSync(${JSON.stringify(gate())})) await new Promise((done) => setTimeout(done, 5));
     return { slow: true }`,
    `import { existsSync } from 'node:fs';`,
  );
  workspace.endpoint(
    'threaded',
    'GET /threaded',
    `if (event.rawQueryString === 'crash') process.kill(process.pid, 'SIGSEGV'); return { pid: process.pid }`,
  );
  const topologies = { nano: [], micro: ['customers', 'orders'], mono: ['app'] };
  workspace.write(
    'functions/topology.json',
    JSON.stringify({ topologies, isolation: { threaded: 'thread' } }),
  );
});

/** @returns the file that the function `slow` waits for */
function gate(): string {
  return join(workspace.root, 'gate');
}

afterEach(async () => {
  for (const one of started.splice(0)) {
    one.child.kill('SIGTERM');
    await one.ended();
  }
});

afterAll(() => workspace.delete());

function run(args: string[] = [], env = {}): StartedProcess {
  const one = new StartedProcess(workspace.root, args, env);
  started.push(one);
  return one;
}
const start = (args?: string[]) => run(args).ready();

interface Who {
  readonly pid: number;
  readonly parent: number;
  readonly version: number;
}
type Api = Pick<StartedApi, 'url'>;
async function get<Body = object>({ url }: Api, path: string): Promise<{ status: number; body: Body }> {
  const response = await fetch(url + path);
  return { status: response.status, body: (await response.json()) as Body };
}
const who = async (one: Api) => (await get<Who>(one, '/who')).body;
async function readCarla({ url, token }: Pick<StartedApi, 'url' | 'token'>): Promise<unknown> {
  const response = await fetch(url + carla, { headers: { authorization: `Bearer ${token}` } });
  return response.json();
}

/** @returns the ids of the processes whose parent and command line match */
/** Writes the endpoint `GET /<name>`, which reads a table of its name. */
function readingTable(name: string): void {
  workspace.endpointFiles(name, {
    contract: contractSource(name, `GET /${name}`).replace(
      '"access"',
      `"database":{"orders.${name}":["select"]},"access"`,
    ),
    handler: handlerSource(
      `const rows = await read('SELECT text FROM orders.${name}'); return { rows }`,
      `import { read } from '@nanoservices/postgres';`,
    ),
  });
}

function processIds(pattern: RegExp): number[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().match(/^(\d+) +(.*)$/))
    .filter((found) => found?.[2] !== undefined && pattern.test(found[2]))
    .map((found) => Number(found?.[1]));
}

/** @returns the folder of a workspace's embedded server; fixtures are open to all accounts */
function serverFolder(root: string): string {
  return join(root, '.database');
}

/** Milliseconds until a saved change must have an effect, on a machine that is busy with other tests. */
const eventually = 120_000;

describe('npm start', () => {
  it('serves the whole API, and says where', async () => {
    const one = await start();
    expect(one.output).toMatch(/GET {4}\/customers\/\{customerId\} +get-customer +process {2}user/);
    expect(one.output).toMatch(/GET {4}\/threaded +threaded +thread {3}public/);
    expect(one.output).toMatch(/DELETE \/orders\/\{orderId\} +delete-order +process {2}scope admin/);
    expect(one.output).toMatch(/Reference +http:\/\/127\.0\.0\.1:\d+\/docs/);
    expect(one.output).toMatch(/Database +embedded PostgreSQL at 127\.0\.0\.1:\d+\/\w+/);
    expect(one.output).toContain(`${one.token}`);
    for (const url of [one.url, one.lambdaUrl]) expect(one.output).toContain(url);
    expect((await get(one, '/orders?status=open')).body).toMatchObject({ items: expect.any(Array) });
    expect(await readCarla(one)).toMatchObject({ name: 'Carla', orders: { status: 'available' } });
    await one.says(/invoke list-customer-orders [\d.]+ ms/);
    await one.says(/GET \/customers\/\S+ 200 [\d.]+ ms get-customer \+ init \d+ ms \d+ MB/);
  });

  it('leaves nothing behind after Ctrl-C, and lets requests end', async () => {
    const one = await start();
    const { pid, parent } = await who(one);
    expect(parent).toBe(one.servingPid);
    const slow = get(one, '/slow');
    await one.says(/slow has begun/);
    one.child.kill('SIGINT');
    await one.says(/Ctrl-C again does not wait/);
    writeFileSync(gate(), '');
    expect(await one.ended()).toBe(0);
    rmSync(gate());
    expect(await slow).toEqual({ status: 200, body: { slow: true } });
    expect([pid, parent].filter(isRunning)).toEqual([]);
    await expect(fetch(one.url)).rejects.toThrow();
    const cache = join(workspace.root, 'node_modules/.cache/runtime');
    expect(readdirSync(cache).filter((name) => name.startsWith('start-'))).toEqual([]);
  });

  it('does not wait for requests after a second Ctrl-C', async () => {
    const one = await start();
    const { parent } = await who(one);
    const slow = get(one, '/slow').catch(() => 'lost');
    await one.says(/slow has begun/);
    one.child.kill('SIGINT');
    await one.says(/Ctrl-C again does not wait/);
    // One that follows within 300 ms counts as the same Ctrl-C: npm passes it on.
    const again = setInterval(() => one.child.kill('SIGINT'), 50);
    expect(await one.ended()).toBe(130);
    clearInterval(again);
    expect(await slow).toBe('lost');
    await vi.waitFor(() => expect(isRunning(parent)).toBe(false), eventually);
  });

  it('ends with 1 when the serving process cannot be restarted', async () => {
    const one = await start();
    // It is killed until it does not live long enough to listen.
    const killing = setInterval(() => {
      const serving = new RegExp(`^${one.child.pid} .*/start/host\\.ts$`);
      for (const pid of processIds(serving)) sendSignal(pid, 'SIGKILL');
    }, 20);
    const code = await one.ended();
    clearInterval(killing);
    expect(code).toBe(1);
    expect(one.output).toMatch(/serving process ended \(SIGKILL\)/);
    expect(one.output).toMatch(
      /^The serving process cannot be restarted\. The serving process ended at its start/m,
    );
    expect(one.output).not.toMatch(/^\s+at /m);
  });

  it('leaves nothing behind when it is killed', async () => {
    const one = await start();
    const { pid, parent } = await who(one);
    one.child.kill('SIGKILL');
    await one.ended();
    await vi.waitFor(() => expect([pid, parent].filter(isRunning)).toEqual([]), eventually);
  });

  it('packs endpoints into functions with --topology and NANO_TOPOLOGY', async () => {
    const one = await start(['--topology', 'micro']);
    expect(one.output).toMatch(/GET {4}\/customers\/\{customerId\} +customers +process/);
    expect(one.output).toMatch(/POST {3}\/orders +orders +process/);
    expect(one.output).toMatch(/GET {4}\/who +who +process/);
    expect(await readCarla(one)).toMatchObject({ name: 'Carla', orders: { status: 'available' } });
    // get-customer is in customers, and its callee in orders.
    await one.says(/invoke orders [\d.]+ ms/);
    const two = await run([], { NANO_TOPOLOGY: 'mono' }).ready();
    expect(two.output).toMatch(/GET {4}\/who +app +process/);
    expect((await get(two, '/who')).status).toBe(200);
  });

  it('runs everything in threads with --isolation thread', async () => {
    const one = await start(['--isolation', 'thread']);
    const { pid } = await who(one);
    expect((await get(one, '/other')).body).toEqual({ pid });
  });

  it.each([
    ['text', /START RequestId: \S+ Version: \$LATEST\n[\s\S]*REPORT RequestId: \S+\tDuration: /],
    ['json', /"type":"platform.start"[\s\S]*"type":"platform.report"/],
  ])('prints Lambda’s own log with --logs %s', async (style, pattern) => {
    const one = await start(['--logs', style]);
    await get(one, '/orders');
    await one.says(pattern);
  });
});

describe('as a process of npm,', () => {
  const npmStart = ['start', '--'];
  // In a shell of npm's, which outlives npm.
  const npx = ['exec', 'nanos', 'start', '--'];
  it.each([
    ['npm start', 'SIGTERM', npmStart],
    ['npm start', 'SIGHUP', npmStart],
    ['npm start', 'SIGKILL', npmStart],
    ['npx nanos start', 'SIGTERM', npx],
    ['npx nanos start', 'SIGKILL', npx],
  ] as const)('%s leaves nothing behind after %s to npm', async (_, signal, command) => {
    await using fixture = new WorkspaceFixture();
    const { DATABASE_URL, NANO_TOPOLOGY, ...env } = process.env;
    const args = [...command, '--port', '0', '--lambda-port', '0'];
    const npm = spawn('npm', args, {
      cwd: fixture.root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    const ready = Promise.withResolvers<void>();
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Ready in')) ready.resolve();
    });
    npm.once('exit', () => ready.reject(new Error(`npm has ended:\n${output}`)));
    await ready.promise;
    // Processes of the fixture: those started by its path, and their children.
    const isOurs = new RegExp(fixture.root);
    const own = processIds(isOurs);
    const all = [...own, ...own.flatMap((pid) => processIds(new RegExp(`^${pid} `)))];
    expect(all.length).toBeGreaterThan(2);
    npm.kill(signal);
    await vi.waitFor(() => expect(all.filter(isRunning)).toEqual([]), eventually);
    expect(processIds(isOurs)).toEqual([]);
  });
});

describe('npm start, while it starts,', () => {
  it('ends at the first Ctrl-C', async () => {
    // A contract asks this server, which never answers.
    const silent = createHttpServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await using fixture = new WorkspaceFixture();
    fixture.endpointFiles('who', {
      contract: `await fetch('http://127.0.0.1:${port}');`,
      handler: '',
    });
    const asked = once(silent, 'request');
    const one = new StartedProcess(fixture.root);
    started.push(one);
    await asked;
    expect(await one.interrupt()).toBe(0);
    expect(one.output).toMatch(/Stopping\. Ctrl-C again does not wait\./);
    expect(one.output).not.toMatch(/^\s+at /m);
    silent.close();
  });

  it('does not wait for its database after a second Ctrl-C', async () => {
    await using fixture = new WorkspaceFixture();
    // The database does not start while another process seems to supervise it.
    const server = serverFolder(fixture.root);
    mkdirSync(server, { recursive: true });
    const lock = new DatabaseSync(join(server, 'supervisor.lock'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    const one = new StartedProcess(fixture.root);
    started.push(one);
    const log = join(server, 'supervisor.log');
    await vi.waitFor(() => expect(existsSync(log)).toBe(true), eventually);
    one.child.kill('SIGINT');
    await one.says(/Ctrl-C again does not wait/);
    const again = setInterval(() => one.child.kill('SIGINT'), 50);
    const code = await one.ended();
    clearInterval(again);
    // A supervisor that waits for the lock would start the database after all.
    const supervisors = new RegExp(`/supervisor\\.ts ${fixture.root}$`);
    await vi.waitFor(() => expect(processIds(supervisors)).toEqual([]), eventually);
    lock.close();
    expect(code).toBe(130);
    expect(one.output).not.toMatch(/did not start/);
  });
});

describe('npm start refuses', () => {
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

  // It would not get as far as this database.
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };

  it.each([
    [
      'functions/topology.json',
      '{"isolation":{"ordrs":"thread"}}',
      /"isolation" names "ordrs", which is no function\. There are: \*, create-order/,
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
      '{"name":"@shop/who","lambda":{"memorySize":64}}',
      /functions\/test\/who\/package.json is invalid: "lambda.memorySize"/,
    ],
  ])('a wrong %s: %s', async (file, text, message) => {
    await using fixture = new WorkspaceFixture();
    fixture.endpoint('who', 'GET /who', '');
    fixture.write(file, text);
    const one = new StartedProcess(fixture.root, [], nowhere);
    expect(await one.ended()).toBe(2);
    expect(one.output).toMatch(message);
  });

  it('two endpoints with one route', async () => {
    await using fixture = new WorkspaceFixture();
    fixture.endpoint('twin', 'GET /orders/{id}', '');
    const one = new StartedProcess(fixture.root, [], nowhere);
    expect(await one.ended()).toBe(2);
    expect(one.output).toMatch(/GET \/orders\/\{id\} is the route of get-order and of twin\./);
  });
});

describe('the started API', () => {
  it('gives each function a process of its own, or a thread', async () => {
    await using api = await startApi({ root: workspace.root, env: {} });
    const [first, other, threaded] = await Promise.all(
      ['/who', '/other', '/threaded'].map(async (path) => (await get<Who>(api, path)).body),
    );
    expect(first?.pid).not.toBe(other?.pid);
    expect(threaded?.pid).toBe(first?.parent);
    expect(threaded?.pid).toBe(api.pid);
  });

  it('releases the database when it cannot start', async () => {
    await using fixture = new WorkspaceFixture();
    const server = join(serverFolder(fixture.root), 'data/postmaster.pid');
    // The contract is wrong as soon as the database runs.
    fixture.endpointFiles('who', {
      contract: `
        import { existsSync } from 'node:fs';
        import { setTimeout as sleep } from 'node:timers/promises';
        while (!existsSync(${JSON.stringify(server)})) await sleep(20);
        throw new Error('The contract is wrong');`,
      handler: '',
    });
    await expect(startApi({ root: fixture.root, env: {} })).rejects.toThrow('The contract is wrong');
    // It stops without users; this process would be one.
    await vi.waitFor(() => expect(existsSync(server)).toBe(false), eventually);
  });

  it('comes back when a native crash in a thread ends the serving process', async () => {
    const notices: string[] = [];
    const onNotice = ({ text }: Notice) => notices.push(text);
    await using api = await startApi({ root: workspace.root, env: {}, onNotice });
    const { parent } = await who(api);
    await expect(get(api, '/threaded?crash')).rejects.toThrow();
    await vi.waitFor(() => expect(notices.join('\n')).toContain('It serves again'), eventually);
    expect(notices.join('\n')).toMatch(/serving process ended \(SIGSEGV\).*In threads: threaded/);
    const again = await who(api);
    expect(again.parent).not.toBe(parent);
    expect(again.parent).toBe(api.pid);
    expect((await get(api, '/threaded')).status).toBe(200);
  });
});

describe('what is saved', () => {
  let api: StartedApi;
  const notices: string[] = [];
  beforeAll(async () => {
    const onNotice = ({ text }: Notice) => notices.push(text);
    api = await startApi({ root: workspace.root, env: {}, watch: true, onNotice });
  });
  afterAll(() => api.stop());

  it('answers the next request, and only the functions concerned start again', async () => {
    const [before, { body: other }] = await Promise.all([who(api), get(api, '/other')]);
    workspace.handler('who', 'return { pid: process.pid, version: 2 }');
    await vi.waitFor(async () => expect((await who(api)).version).toBe(2), {
      timeout: eventually,
      interval: 5,
    });
    expect((await who(api)).pid).not.toBe(before.pid);
    expect((await get(api, '/other')).body).toEqual(other);
  });

  it('in a lib concerns every function that uses it', async () => {
    workspace.write('libs/validation/src/test-constant.ts', `export const constant = 'a';`);
    const top = `import { constant } from '../../../../libs/validation/src/test-constant.ts';`;
    workspace.handler('who', 'return { constant }', top);
    workspace.handler('other', 'return { constant }', top);
    const constants = () => Promise.all(['/who', '/other'].map(async (path) => (await get(api, path)).body));
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
    await vi.waitFor(async () => expect((await who(api)).version).toBe(3), eventually);
    workspace.handler('who', 'return {');
    const shown = /who cannot be built\. The version before goes on serving\.[\s\S]*Unexpected end of file/;
    await vi.waitFor(() => expect(notices.join('\n')).toMatch(shown), eventually);
    expect((await who(api)).version).toBe(3);
    workspace.handler('who', 'return { version: 4 }');
    await vi.waitFor(async () => expect((await who(api)).version).toBe(4), eventually);
  });

  it('as a migration is applied, and a contract may name its table', async () => {
    const table = 'libs/data-access/migrations/1999900000001_notes.sql';
    readingTable('notes');
    await vi.waitFor(() => expect(notices.join('\n')).toMatch(/orders\.notes.*no such table/), eventually);
    workspace.write(table, 'CREATE TABLE orders.notes (text text);');
    const served = () =>
      vi.waitFor(
        async () => expect(await get(api, '/notes')).toEqual({ status: 200, body: { rows: [] } }),
        eventually,
      );
    await served();
    expect(notices).toContain('↻ database: applied 1999900000001_notes');

    workspace.write(table, 'CREATE TABLE orders.notes (text text, author text);');
    await vi.waitFor(
      () =>
        expect(notices.join('\n')).toMatch(
          /1999900000001_notes\.sql was edited after it was applied\.\n.*npx nanos database reset/,
        ),
      eventually,
    );
    expect((await get(api, '/notes')).status).toBe(200);
    await resetDevelopmentDatabase(readLayout(workspace.root));
    expect((await get(api, '/notes')).status).toBe(200);
    workspace.handler(
      'notes',
      `const rows = await read('SELECT author FROM orders.notes'); return { rows }`,
      `import { read } from '@nanoservices/postgres';`,
    );
    await served();

    workspace.write('libs/data-access/migrations/1999900000002_wrong.sql', '\nSELEC 1;');
    await vi.waitFor(
      () => expect(notices.join('\n')).toMatch(/1999900000002_wrong\.sql:2: syntax error at or near "SELEC"/),
      eventually,
    );
    workspace.remove('libs/data-access/migrations/1999900000002_wrong.sql');
    workspace.remove('functions/test/notes');
    workspace.remove(table);
    await vi.waitFor(() => expect(notices.join('\n')).toMatch(/_notes\.sql was removed after/), eventually);
    await resetDevelopmentDatabase(readLayout(workspace.root));
  });

  it('as a contract with a table that a later migration makes is served then', async () => {
    const migration = 'libs/data-access/migrations/1999900000003_stock.sql';
    workspace.endpoint('stock', 'GET /stock', 'return { version: 1 }');
    await vi.waitFor(async () => expect((await get(api, '/stock')).body).toEqual({ version: 1 }), eventually);
    notices.length = 0;
    readingTable('stock');
    await vi.waitFor(() => expect(notices.join('\n')).toMatch(/orders\.stock.*no such table/), eventually);
    expect((await get(api, '/stock')).body).toEqual({ version: 1 });
    workspace.write(migration, 'CREATE TABLE orders.stock (text text);');
    await vi.waitFor(async () => expect((await get(api, '/stock')).body).toEqual({ rows: [] }), eventually);
    expect(notices.join('\n')).not.toContain('declares no "database"');
    workspace.remove('functions/test/stock');
    workspace.remove(migration);
    await vi.waitFor(() => expect(notices.join('\n')).toMatch(/_stock\.sql was removed after/), eventually);
    await resetDevelopmentDatabase(readLayout(workspace.root));
  });

  it('loses no request', async () => {
    let stop = false;
    const statuses: number[] = [];
    const load = Promise.all(
      [1, 2, 3].map(async () => {
        while (!stop) statuses.push((await get(api, '/who')).status);
      }),
    );
    for (let version = 10; version < 15; version++) {
      workspace.handler('who', `return { version: ${version} }`);
      await vi.waitFor(async () => expect((await who(api)).version).toBe(version), eventually);
    }
    stop = true;
    await load;
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it.each([
    [
      'functions/test/who/src/handler.ts',
      /who cannot be built\. .*goes on serving\.\n.*handler\.ts is empty/,
    ],
    ['functions/test/who/src/contract.ts', /contract\.ts exports no contract[\s\S]*go on serving/],
    ['functions/test/who/package.json', /functions\/test\/who\/package\.json is not JSON/],
    ['libs/validation/package.json', /libs\/validation\/package\.json is not JSON/],
    ['functions/topology.json', /functions\/topology\.json is not JSON/],
    ['functions/api.json', /functions\/api\.json is not JSON/],
  ])('emptied, as %s, is shown, and everything goes on serving', async (file, shown) => {
    const text = workspace.exists(file) ? workspace.read(file) : '{}';
    notices.length = 0;
    const statuses: number[] = [];
    const request = async () => statuses.push((await get(api, '/who')).status);
    workspace.write(file, '');
    await vi.waitFor(async () => {
      await request();
      expect(notices.join('\n')).toMatch(shown);
    }, eventually);
    workspace.write(file, text);
    workspace.handler('other', `return { version: '${file}' }`);
    await vi.waitFor(async () => {
      await request();
      expect((await get(api, '/other')).body).toEqual({ version: file });
    }, eventually);
    expect(new Set(statuses), notices.join('\n')).toEqual(new Set([200]));
  });

  it('as a handler that is no function leaves the version before', async () => {
    workspace.handler('who', 'return { version: 20 }');
    await vi.waitFor(async () => expect((await who(api)).version).toBe(20), eventually);
    notices.length = 0;
    workspace.write('functions/test/who/src/handler.ts', 'export const handler = 21;');
    await vi.waitFor(() => expect(notices.join('\n')).toMatch(/↻ who built/), eventually);
    expect(await get(api, '/who')).toMatchObject({ status: 200, body: { version: 20 } });
    workspace.handler('who', 'return { version: 22 }');
    await vi.waitFor(async () => expect((await who(api)).version).toBe(22), eventually);
  });

  it('as a new endpoint is served, and not when it is gone', async () => {
    workspace.endpoint('fresh', 'GET /fresh', 'return { fresh: true }');
    await vi.waitFor(
      async () => expect(await get(api, '/fresh')).toEqual({ status: 200, body: { fresh: true } }),
      eventually,
    );
    workspace.remove('functions/test/fresh');
    await vi.waitFor(async () => expect((await get(api, '/fresh')).status).toBe(404), eventually);
  });

  it('in functions/topology.json packs the endpoints again, and loses no request', async () => {
    workspace.handler('who', 'return { pid: process.pid }');
    workspace.handler('other', 'return { pid: process.pid }');
    const pids = () =>
      Promise.all(['/who', '/other'].map(async (path) => (await get<Who>(api, path)).body.pid));
    await vi.waitFor(async () => expect(new Set(await pids()).size).toBe(2), eventually);
    let stop = false;
    const statuses: number[] = [];
    const load = Promise.all(
      ['/who', '/other', '/orders'].map(async (path) => {
        while (!stop) statuses.push((await get(api, path)).status);
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
    expect(new Set(statuses), notices.join('\n')).toEqual(new Set([200]));
    activate('nano');
    await vi.waitFor(async () => expect(new Set(await pids()).size).toBe(2), eventually);
  });

  it('in functions/topology.json changes the isolation', async () => {
    workspace.handler('who', 'return { pid: process.pid, parent: process.ppid }');
    await vi.waitFor(async () => expect((await who(api)).parent).toBeGreaterThan(0), eventually);
    const { parent } = await who(api);
    workspace.write(
      'functions/topology.json',
      JSON.stringify({ isolation: { threaded: 'thread', who: 'thread' } }),
    );
    await vi.waitFor(async () => expect((await who(api)).pid).toBe(parent), eventually);
  });
});
