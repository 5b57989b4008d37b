import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// The command as people run it, on this workspace's own endpoints and the embedded database. It builds them first.
const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url));
const command = fileURLToPath(new URL('../../bin/invoke.mjs', import.meta.url));
const ann = '0197f3a0-0000-7000-8000-000000000001';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'invoke-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function invoke(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    NX_DAEMON: 'false',
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    DATABASE_URL: undefined,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { cwd: workspaceRoot, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('invoke', { timeout: 60_000 }, () => {
  it('prints the answer of a handler that reads the database and calls another endpoint', async () => {
    const { exitCode, stdout, stderr } = await invoke('get-user', '--path', `/users/${ann}`);
    expect(stderr).toMatch(/REPORT RequestId: .*Duration: .*Init Duration: /);
    expect(exitCode).toBe(0);
    const [head, body] = stdout.split('\n\n') as [string, string];
    expect(head).toMatch(/^HTTP 200 OK\n/);
    expect(head).toMatch(/^content-type: application\/json$/m);
    expect(JSON.parse(body)).toMatchObject({ id: ann, name: 'Ann Demo', games: { status: 'available' } });
  });

  it('prints the raw response, and nothing else, for pipes', async () => {
    const { exitCode, stdout } = await invoke('get-user', '--path', `/users/${ann}`, '--json', '--built');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, body: expect.stringContaining(ann) });
  });

  it('exits with 0 for an HTTP error: the function has answered', async () => {
    const { exitCode, stdout } = await invoke('get-user', '--path', '/users/1', '--built');
    expect(stdout).toContain('HTTP 400 Bad Request');
    expect(stdout).toContain('params.userId');
    expect(exitCode).toBe(0);
  });

  it('sends headers, query and a body from a file', async () => {
    const file = join(folder, 'body.json');
    writeFileSync(file, '{"name":"Zed","email":"ann@example.com"}');
    const create = await invoke('create-user', '--data', `@${file}`, '--header', 'Idempotency-Key: a b');
    expect(create.stdout).toContain('headers.idempotency-key');
    const list = await invoke('list-games', '--path', '/games?limit=1', '--query', 'status=open', '--json');
    const body = JSON.parse(JSON.parse(list.stdout).body);
    expect(body.items).toHaveLength(1);
    expect(body.items[0].status).toBe('open');
  });

  it('runs an endpoint of a unit by its method and path', async () => {
    const path = `/users/${ann}`;
    const read = await invoke('users', '--path', path);
    expect(read.stdout).toContain('HTTP 200 OK');
    expect(read.stdout).toContain('"status": "available"');
    const wrong = await invoke(
      'app',
      '--method',
      'patch',
      '--path',
      path,
      '--data',
      '{}',
      '--header',
      'If-Match: *',
    );
    expect(wrong.stdout).toContain('HTTP 400 Bad Request');
  });

  it('acts as the user of a token', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: ann, scope: 'admin' })).toString('base64url');
    const without = Buffer.from(JSON.stringify({ sub: ann })).toString('base64url');
    expect((await invoke('list-users', '--token', `e30.${claims}.x`)).stdout).toContain('HTTP 200');
    expect((await invoke('list-users', '--token', `e30.${without}.x`, '--built')).stdout).toContain(
      'HTTP 403',
    );
  });

  it('exits with 1 and Lambda’s error when the function fails', async () => {
    const { exitCode, stderr } = await invoke('list-games', '--timeout', '0.01', '--built');
    expect(stderr).toMatch(/Sandbox.Timedout: .*Task timed out after 0.01 seconds/);
    expect(exitCode).toBe(1);
  });

  it('sends a whole event', async () => {
    const file = join(folder, 'event.json');
    writeFileSync(file, JSON.stringify({ headers: {}, rawQueryString: '', requestContext: {} }));
    const { exitCode, stdout } = await invoke('list-games', '--event', file, '--json', '--built');
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200 });
    expect(exitCode).toBe(0);
  });

  it.each([
    [['get-usr'], /no endpoint or unit "get-usr".*get-user/],
    [[], /Which endpoint\?/],
    [['get-user', '--built'], /--path is missing[\s\S]*GET \/users\/{userId}[\s\S]*userId: string/],
    [['get-user', '--path', '/games/1', '--built'], /does not fit \/users\/{userId}/],
    [['create-user', '--built'], /needs a body[\s\S]*name: string \(1 to 100 characters\)[\s\S]*email/],
    [['get-user', '--bogus'], /--bogus/],
    [['get-user', '--header', 'x', '--built'], /"x" is not of the form/],
    [['get-user', '--event', 'nowhere.json', '--built'], /--event: cannot read nowhere.json/],
    [['get-user', '--event', 'package.json', '--path', '/x', '--built'], /goes with none of/],
    [
      ['get-user', '--path', `/users/${ann}`, '--method', 'PUT', '--built'],
      /get-user is GET \/users\/{userId}; not PUT/,
    ],
    [['users', '--path', '/games', '--built'], /users has no GET \/games\. It has:\n {2}POST \/users/],
    [['get-user', '--timeout', 'soon', '--built'], /--timeout takes seconds/],
    [['get-user', '--path', `/users/${ann}`, '--token', 'abc', '--built'], /not a JSON Web Token/],
  ])('exits with 2 and the way out for wrong usage: %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await invoke(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});
