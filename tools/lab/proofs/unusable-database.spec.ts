import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { bundleTasks } from '@nanoservices/build';
import { readLayout } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';
import { StartedProcess } from '../testbed/started-process.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// A DATABASE_URL that cannot be used, in all commands that use it.
const program = join(repositoryRoot, 'tools/nx/bin/nanos.mjs');
const secret = 'hunter2-secret';
const cases: readonly (readonly [string, string, string])[] = [
  [
    'a wrong port',
    `postgres://app:${secret}@127.0.0.1:1/shop`,
    'DATABASE_URL: nothing listens at 127.0.0.1:1. Start PostgreSQL there, or correct host and port.',
  ],
  [
    'a wrong host',
    `postgres://app:${secret}@no-such-host.invalid/shop`,
    'DATABASE_URL: the host "no-such-host.invalid" is not found.',
  ],
];

let workspace: WorkspaceFixture;
beforeAll(async () => {
  workspace = new WorkspaceFixture();
  const { endpoints } = readLayout(workspace.root);
  const tasks = endpoints.map(({ root }) => ({ kind: 'endpoint', root }) as const);
  for await (const { error } of bundleTasks(workspace.root, tasks)) expect(error).toBeUndefined();
});
afterAll(() => workspace.delete());

function run(databaseUrl: string, args: readonly string[], command = program) {
  const env = { ...process.env, DATABASE_URL: databaseUrl, NO_COLOR: '1', FORCE_COLOR: undefined };
  return new Promise<{ exitCode: number; output: string }>((resolve) => {
    execFile(process.execPath, [command, ...args], { cwd: workspace.root, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, output: `${stdout}${stderr}` });
    });
  });
}

describe.each(cases)('%s is one line', (_, databaseUrl, line) => {
  it.each([
    ['nanos database migrate', ['database', 'migrate']],
    [
      'nanos invoke',
      ['invoke', 'get-order', '--path', '/orders/01980000-0000-7000-8000-0000000000a1', '--built'],
    ],
  ])('of %s', async (_name, args) => {
    const { exitCode, output } = await run(databaseUrl, args);
    expect(output.trim().split('\n')).toEqual([expect.stringContaining(line)]);
    expect(output).not.toContain(secret);
    expect(exitCode).toBe(2);
  });

  it('of npm start, and the log of a request has the cause with its name', async () => {
    const started = new StartedProcess(workspace.root, [], { DATABASE_URL: databaseUrl });
    try {
      await started.ready();
      await started.says(new RegExp(line.replaceAll(/[.?()]/g, '\\$&')));
      const response = await fetch(`${started.url}/orders`);
      expect(response.status).toBe(503);
      const id = response.headers.get('apigw-requestid')?.slice(0, 8);
      await started.says(new RegExp(`list-orders ${id} ERROR ServiceUnavailable: A service`));
      await started.says(/cause: (Aggregate)?Error (ECONNREFUSED|ENOTFOUND): .*(ECONNREFUSED|ENOTFOUND)/);
      await started.says(new RegExp(`GET /orders 503 .* list-orders .* ${id}`));
      expect(started.output).not.toContain(secret);
    } finally {
      started.child.kill('SIGTERM');
      await started.ended();
    }
  });

  it('of the specs, however many files there are', async () => {
    const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
    const config = join(repositoryRoot, 'tools/nx/src/vitest/database-config.ts');
    const { exitCode, output } = await run(
      databaseUrl,
      ['run', '--root', repositoryRoot, '--config', config, 'tools/deploy/src'],
      vitest,
    );
    expect(output.split(line)).toHaveLength(2);
    expect(output).not.toMatch(/^ +at /m);
    expect(output).not.toContain(secret);
    expect(exitCode).toBe(1);
  });
});
