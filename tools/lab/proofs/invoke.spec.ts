import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { acquireDatabase } from '@nanoservices/database';
import { readLayout } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nxEnvironment, runNx } from '../testbed/nx.ts';
import { repositoryRoot } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The command as people run it, on the shop and its embedded database.
const program = join(repositoryRoot, 'tools/nx/bin/nanos.mjs');
const carla = '01980000-0000-7000-8000-00000000000c';
const apples = '01980000-0000-7000-8000-0000000000a1';
const unknown = '01980000-0000-7000-8000-0000000000ff';

let workspace: WorkspaceFixture;
beforeAll(() => {
  workspace = new WorkspaceFixture({ withNx: true });
});
afterAll(() => workspace.delete());

function invoke(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    NX_DAEMON: 'false',
    NX_CACHE_DIRECTORY: '.nx/cache',
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    DATABASE_URL: undefined,
  };
  const command = [program, 'invoke', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: workspace.root, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('nanos invoke', () => {
  it('builds, and prints the answer of a handler that reads the database and calls another endpoint', async () => {
    const { exitCode, stdout, stderr } = await invoke('get-customer', '--path', `/customers/${carla}`);
    expect(stderr).toMatch(/REPORT RequestId: .*Duration: .*Init Duration: /);
    expect(exitCode).toBe(0);
    const [head, body] = stdout.split('\n\n') as [string, string];
    expect(head).toMatch(/^HTTP 200 OK\n/);
    expect(head).toMatch(/^content-type: application\/json$/m);
    expect(JSON.parse(body)).toMatchObject({ id: carla, name: 'Carla', orders: { status: 'available' } });
  });

  it('builds again what has changed', async () => {
    workspace.edit('functions/orders/get-order/src/handler.ts', (text) =>
      text.replace('return order;', "return { ...order, item: 'Pears' };"),
    );
    expect((await invoke('get-order', '--path', `/orders/${apples}`)).stdout).toContain('"item": "Pears"');
  });

  describe('after a build', () => {
    beforeAll(() => runNx(workspace.root, 'run-many', '-t', 'build'), 120_000);

    it('prints the raw response, and nothing else, for pipes', async () => {
      const args = ['get-customer', '--path', `/customers/${carla}`, '--json', '--built'];
      const { exitCode, stdout } = await invoke(...args);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, body: expect.stringContaining(carla) });
    });

    it('exits with 0 for an HTTP error: the function has answered', async () => {
      const { exitCode, stdout } = await invoke('get-customer', '--path', '/customers/1', '--built');
      expect(stdout).toContain('HTTP 400 Bad Request');
      expect(stdout).toContain('params.customerId');
      expect(exitCode).toBe(0);
    });

    it('sends headers, query and a body from a file', async () => {
      workspace.write('body.json', '{"item":"Dates","quantity":1}');
      const data = ['--data', `@${join(workspace.root, 'body.json')}`];
      const create = await invoke('create-order', ...data, '--header', 'Idempotency-Key: a b', '--built');
      expect(create.stdout).toContain('headers.idempotency-key');
      const query = ['--path', '/orders?limit=1', '--query', 'status=open'];
      const list = await invoke('list-orders', ...query, '--json', '--built');
      const body = JSON.parse(JSON.parse(list.stdout).body);
      expect(body.items).toHaveLength(1);
      expect(body.items[0].status).toBe('open');
    });

    it('runs an endpoint of a unit by its method and path', async () => {
      const read = await invoke('customers', '--path', `/customers/${carla}`, '--built');
      expect(read.stdout).toContain('HTTP 200 OK');
      expect(read.stdout).toContain('"status": "available"');
      const patch = ['--method', 'patch', '--path', `/orders/${apples}`, '--data', '{}'];
      const wrong = await invoke('app', ...patch, '--header', 'If-Match: *', '--built');
      expect(wrong.stdout).toContain('HTTP 400 Bad Request');
    });

    it('acts as the caller of a token', async () => {
      const token = (claims: object) =>
        `e30.${Buffer.from(JSON.stringify({ sub: carla, ...claims })).toString('base64url')}.x`;
      const remove = (bearer: string) =>
        invoke('delete-order', '--path', `/orders/${unknown}`, '--token', bearer, '--built');
      expect((await remove(token({ scope: 'admin' }))).stdout).toContain('HTTP 404');
      expect((await remove(token({}))).stdout).toContain('HTTP 403');
    });

    it('acts as the local caller without one', async () => {
      const order = ['--data', '{"item":"Figs","quantity":4}', '--json'];
      const { stdout } = await invoke('create-order', ...order, '--built');
      expect(JSON.parse(JSON.parse(stdout).body)).toMatchObject({ customerId: carla, item: 'Figs' });
    });

    it('exits with 1 and Lambda’s error when the function fails', async () => {
      const { exitCode, stderr } = await invoke('list-orders', '--timeout', '0.01', '--built');
      expect(stderr).toMatch(/Sandbox.Timedout: .*Task timed out after 0.01 seconds/);
      expect(exitCode).toBe(1);
    });

    it('sends a whole event', async () => {
      const event = { headers: {}, rawQueryString: '', requestContext: {} };
      workspace.write('event.json', JSON.stringify(event));
      const file = join(workspace.root, 'event.json');
      const { exitCode, stdout } = await invoke('list-orders', '--event', file, '--json', '--built');
      expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200 });
      expect(exitCode).toBe(0);
    });

    it('uses the DATABASE_URL of .env, as its Nx target does, and says so without the password', async () => {
      workspace.write('.env', 'DATABASE_URL=postgres://ida:secret@127.0.0.1:9/elsewhere\n');
      const direct = await invoke('list-orders', '--json', '--built');
      const nx = await promisify(execFile)(
        process.execPath,
        [fileURLToPath(import.meta.resolve('nx/bin/nx.js')), 'run', 'list-orders:invoke', '--json'],
        { cwd: workspace.root, env: { ...nxEnvironment, DATABASE_URL: undefined } },
      ).catch((error) => error);
      workspace.remove('.env');
      for (const output of [direct.stderr, nx.stdout + nx.stderr]) {
        expect(output).toContain('DATABASE_URL: nothing listens at 127.0.0.1:9');
        expect(output).not.toContain('secret');
      }
      expect(direct.exitCode).toBe(2);
    });

    it('says that a database is not the embedded one, and what it lacks', async () => {
      const lease = await acquireDatabase(readLayout(workspace.root));
      const { host } = new URL(lease.url);
      workspace.write('.env', `DATABASE_URL=${lease.url.replace(/[^/]+$/, 'postgres')}\n`);
      const { stderr } = await invoke('list-orders', '--json', '--built');
      workspace.remove('.env');
      await lease.release();
      expect(stderr).toContain(`Database: of DATABASE_URL at ${host}/postgres\n`);
      expect(stderr).toMatch(
        /lacks 1767225600001_customers, .* Bring it up to date: npx nanos database migrate\n/,
      );
    });

    it.each([
      [['get-ordr'], /no endpoint or unit "get-ordr".*get-order/],
      [[], /<endpoint or unit> is missing/],
      [['get-order', '--built'], /--path is missing[\s\S]*GET \/orders\/{orderId}[\s\S]*orderId: string/],
      [['get-order', '--path', '/customers/1', '--built'], /does not fit \/orders\/{orderId}/],
      [
        ['create-order', '--built'],
        /needs a body[\s\S]*item: string \(1 to 100 characters\)[\s\S]*quantity: integer \(1 to 1000\)/,
      ],
      [['get-order', '--bogus'], /--bogus/],
      [['get-order', '--header', 'x', '--built'], /"x" is not of the form/],
      [['get-order', '--event', 'nowhere.json', '--built'], /--event: cannot read nowhere.json/],
      [['get-order', '--event', 'package.json', '--path', '/x', '--built'], /goes with none of/],
      [
        ['get-order', '--path', `/orders/${apples}`, '--method', 'PUT', '--built'],
        /get-order is GET \/orders\/{orderId}; not PUT/,
      ],
      [
        ['orders', '--path', '/customers', '--built'],
        /orders has no GET \/customers\. It has:\n {2}POST \/orders/,
      ],
      [['get-order', '--timeout', 'soon', '--built'], /--timeout takes seconds/],
      [
        ['get-customer', '--path', `/customers/${carla}`, '--token', 'abc', '--built'],
        /not a JSON Web Token/,
      ],
    ])('exits with 2 and the way out for wrong usage: %j', async (args, message) => {
      const { exitCode, stdout, stderr } = await invoke(...args);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout).toBe('');
      expect(exitCode).toBe(2);
    });
  });
});
