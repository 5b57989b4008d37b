import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nxEnvironment, runNx } from '../testbed/nx.ts';
import { nanosProgram, StartedProcess } from '../testbed/started-process.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// Each character has a meaning in a URL, a glob or a shell.
const oddName = `a#b%20c d'é%?[x]&$HOME`;
const carla = '01980000-0000-7000-8000-00000000000c';
const apples = '01980000-0000-7000-8000-0000000000a1';

describe('a workspace in a folder with an odd name', () => {
  const parent = mkdtempSync(join(tmpdir(), 'odd-'));
  let workspace: WorkspaceFixture;
  beforeAll(() => {
    workspace = new WorkspaceFixture({ withNx: true, root: join(parent, oddName) });
  });
  afterAll(async () => {
    await workspace.delete();
    rmSync(parent, { recursive: true, force: true });
  });

  it('runs one endpoint', async () => {
    const args = ['invoke', 'get-order', '--path', `/orders/${apples}`, '--json'];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(workspace.root, nanosProgram), ...args],
      { cwd: workspace.root, env: { ...nxEnvironment, DATABASE_URL: undefined } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, body: expect.stringContaining(apples) });
  });

  it('runs the whole API in both isolations, and takes a change', async () => {
    const topologies = { active: 'mixed', topologies: { mixed: ['orders'] } };
    const isolation = { '*': 'thread', orders: 'process' };
    workspace.write('functions/topology.json', JSON.stringify({ ...topologies, isolation }));
    const started = new StartedProcess(workspace.root, [], {}, workspace.root);
    try {
      await started.ready();
      const headers = { authorization: `Bearer ${started.token}` };
      const get = (path: string) => fetch(started.url + path, { headers });
      // get-customer, a thread, calls an endpoint of the unit, a process.
      expect(await (await get(`/customers/${carla}`)).json()).toMatchObject({
        orders: { status: 'available' },
      });
      expect((await get('/docs')).status).toBe(200);
      workspace.edit('functions/orders/get-order/src/contract.ts', (text) =>
        text.replace(/summary: '[^']*'/, `summary: 'Changed'`),
      );
      await started.says(/↻ routes/);
      expect(await (await get('/openapi.json')).text()).toContain('Changed');
    } finally {
      await started.interrupt();
    }
  });

  it('is built, checked and packaged by Nx', async () => {
    const output = await runNx(
      workspace.root,
      'run-many',
      '-t',
      'build',
      'size',
      'package',
      '-p',
      'get-order',
      'app',
    );
    expect(output).toContain('Successfully ran');
    expect(workspace.exists('functions/orders/get-order/artifact/function.zip')).toBe(true);
    expect(workspace.exists('functions/artifact/dev/serverless.yml')).toBe(true);
  });
});
