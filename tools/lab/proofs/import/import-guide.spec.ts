import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNx } from '../../testbed/nx.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { typeErrors } from '../../testbed/type-errors.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';

// The guide: all files, commands and results in these specs are its blocks.

const guide = readFileSync(join(repositoryRoot, 'tools/nx/docs/import.md'), 'utf8');
const files = [...guide.matchAll(/^`([^`\n]+)`(?: is then)?\n\n```\w+\n([\s\S]*?)^```$/gm)];
const commands = [...guide.matchAll(/^```sh\nnpx nx (.*)\n```$/gm)].map(([, command = '']) =>
  command.split(' '),
);

let parent: string;
let workspace: WorkspaceFixture;

beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'guide '));
  workspace = new WorkspaceFixture({ withNx: true, root: join(parent, 'new') }).withoutEndpoints();
  workspace.write('functions/topology.json', '{ "topologies": { "nano": [] } }\n');
  workspace.write('functions/traffic.json', '{}');
  for (const [, path = '', text = ''] of files)
    if (!path.startsWith('functions/')) workspace.write(path, text);
  workspace.commit('before');
});
afterAll(async () => {
  await workspace.delete();
  rmSync(parent, { recursive: true });
});

describe('the guide to import', () => {
  it('has two commands, which write what it says', async () => {
    expect(commands).toHaveLength(2);
    const [fromServerless = [], fromOpenApi = []] = commands;
    const output = await runNx(workspace.root, ...fromServerless, '--skipInstall');
    const [, promised = ''] = /^```\n(\.\.\/old\/serverless\.yml: [\s\S]*?)^```$/m.exec(guide) ?? [];
    expect(promised).not.toBe('');
    expect(output).toContain(promised);
    expect(output).toContain('../old/serverless.yml:13 functions.nightly');
    await runNx(workspace.root, ...fromOpenApi, '--skipInstall');
    const [, path = '', text] = files.find(([, file]) => file?.endsWith('contract.ts')) ?? [];
    expect(workspace.read(path)).toBe(text);
  });

  it('leads to endpoints that pass all checks', async () => {
    workspace.linkPackages();
    expect(typeErrors(workspace.root)).toEqual([]);
    const projects = '--projects=get-part,list-notes,warehouse';
    await runNx(workspace.root, 'run-many', '-t', 'lint', 'typecheck', 'test', 'build', projects);
  });

  it('writes nothing the second time', async () => {
    workspace.commit('imported');
    const [, again = []] = commands;
    await expect(runNx(workspace.root, ...again, '--skipInstall')).rejects.toMatchObject({
      stderr: expect.stringContaining('"get-part" is there already, in functions/parts/get-part'),
    });
    const status = execFileSync('git', ['status', '--porcelain'], { cwd: workspace.root, encoding: 'utf8' });
    expect(status).toBe('');
  });
});
