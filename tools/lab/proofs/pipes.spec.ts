import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// Commands whose output goes into a variable, a file or another program: stdout has the value, and nothing else.
const program = join(repositoryRoot, 'tools/nx/bin/nanos.mjs');
const carla = '01980000-0000-7000-8000-00000000000c';

let workspace: WorkspaceFixture;
beforeAll(() => {
  workspace = new WorkspaceFixture({ withNx: true });
});
afterAll(() => workspace.delete());

async function nanos(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { TEST_REPORTS: _, DATABASE_URL: __, ...inherited } = process.env;
  const env = { ...inherited, NX_DAEMON: 'false', NX_CACHE_DIRECTORY: '.nx/cache' };
  return promisify(execFile)(process.execPath, [program, ...args], { cwd: workspace.root, env });
}

describe('stdout', () => {
  it('of nanos token is a token', async () => {
    expect((await nanos('token')).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it.each<[string[], object]>([
    [['openapi', '--out', '-'], { openapi: '3.1.1' }],
    [['topology', '--json'], { 0: { name: 'nano' } }],
    [['invoke', 'get-customer', '--path', `/customers/${carla}`, '--json'], { statusCode: 200 }],
  ])('of nanos %j is JSON', async (args, value) => {
    expect(JSON.parse((await nanos(...args)).stdout)).toMatchObject(value);
  });

  it.each([['openapi'], ['client']])('of nanos %s, which writes files, is empty', async (name) => {
    const { stdout, stderr } = await nanos(name);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^dist\/\S+: /);
  });
});
