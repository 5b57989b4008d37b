import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Report, Table } from '@nanoservices/report';
import { afterEach, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

let workspace: WorkspaceFixture;
afterEach(() => workspace.delete());

/** A workspace with other endpoints: without a database, traffic and a repository. */
function otherWorkspace(
  topologies: Record<string, string[]> = { nano: [], mono: ['app'] },
): WorkspaceFixture {
  workspace = new WorkspaceFixture().withoutEndpoints();
  workspace.remove('functions/traffic.json');
  workspace.write('functions/topology.json', JSON.stringify({ active: 'nano', topologies }));
  return workspace;
}

function run(...args: string[]): SpawnSyncReturns<string> {
  const program = join(repositoryRoot, 'tools/nx/bin/nanos.mjs');
  const command = [program, 'report', ...args];
  return spawnSync(process.execPath, command, { cwd: workspace.root, encoding: 'utf8' });
}

function readReport(folder = 'dist/report'): Report {
  return JSON.parse(workspace.read(`${folder}/architectures.json`));
}

function rowsOf(report: Report, title: string): Table['rows'] {
  const parts = report.sections.flatMap((section) => section.parts);
  return (parts.find((part) => part.kind === 'table' && part.title === title) as Table).rows;
}

it('reports on endpoints without a database, a description of traffic or a repository', () => {
  otherWorkspace().endpoint('one', 'GET /one', 'return { one: 1 };');
  workspace.endpoint('two', 'GET /two', 'return { two: 2 };');
  workspace.endpoint('closed', 'GET /closed', 'return { statusCode: 403 };');
  const { status, stdout, stderr } = run('--quick');
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('architectures.html');
  const report = readReport();
  expect(rowsOf(report, 'Topologies').map(({ name }) => name)).toEqual(['nano (active)', 'mono']);
  const [, mono] = rowsOf(report, 'Requests to others while one crashes');
  expect(mono?.cells).toMatchObject([{ value: 0 }, { source: 'measured' }, { value: 100 }, 'two']);
  const text = report.sections.flatMap((section) => section.text).join(' ');
  expect(text).toContain('The traffic is not described');
  expect(text).toContain('The workspace is in no git repository');
  expect(text).toContain('`closed` answered 403 to `GET /closed`');
  expect(text).not.toContain(' 0 → 0');
  const endpoints = rowsOf(report, 'Endpoints');
  expect(endpoints.find(({ name }) => name.startsWith('one'))?.cells[1]).toMatchObject({
    source: 'measured',
  });
  expect(endpoints.find(({ name }) => name.startsWith('closed'))?.cells[1]).toMatchObject({
    source: 'modelled',
    runs: 1,
  });
});

it('builds and runs what it proposes, where that is no topology yet', () => {
  otherWorkspace({ nano: [] }).endpoint('one', 'GET /one', 'return { one: 1 };');
  workspace.endpoint('two', 'GET /two', 'return { two: 2 };');
  const weights = { cost: 0, coldStarts: 0, changes: 0, crashes: 0, privileges: 0, bytes: 1 };
  workspace.write('functions/traffic.json', JSON.stringify({ endpoints: { '*': 0.1 }, weights }));
  const { status, stdout, stderr } = run('--quick');
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('the proposal is 1 function: one + two.');
  const [nano, proposed] = rowsOf(readReport(), 'The proposal compared with nano');
  expect([nano?.name, proposed?.name]).toEqual(['nano', 'proposed']);
  expect([nano?.cells[0], proposed?.cells[0]]).toMatchObject([{ value: 2 }, { value: 1 }]);
  expect(proposed?.cells.slice(2, 7)).toEqual(
    Array(5).fill(expect.objectContaining({ source: 'measured', runs: 1 })),
  );
  const cases = rowsOf(readReport(), 'If one assumption is changed');
  expect(cases.map(({ cells }) => cells[1])).toEqual(cases.map(() => 'the proposal itself'));
});

it('reports on a single endpoint that is not safe to ask', () => {
  otherWorkspace().endpoint('only', 'POST /only', "throw new Error('must not be asked');");
  workspace.handler(
    'only',
    "if (event.smoke) return { statusCode: 204 }; throw new Error('must not be asked');",
  );
  const { status, stdout, stderr } = run('--quick', '--topologies', 'mono', '--out', 'somewhere');
  expect(status, stderr).toBe(0);
  expect(stdout).toContain(join(workspace.root, 'somewhere/architectures.md'));
  const titles = readReport('somewhere').sections.flatMap(({ parts }) => parts.map(({ title }) => title));
  expect(titles).not.toContain('Requests answered under load');
});

it('says before it measures that no topology is within the limits', () => {
  otherWorkspace().endpoint('one', 'GET /one', 'return {};');
  workspace.endpoint('two', 'GET /two', 'return {};');
  const limits = { functions: 1, endpointsPerFunction: 1 };
  workspace.write('functions/traffic.json', JSON.stringify({ endpoints: { '*': 1 }, limits }));
  const { status, stderr } = run('--quick');
  expect(stderr).toContain('functions/traffic.json: no topology keeps within "limits".');
  expect(stderr).not.toContain('round 1');
  expect(status).toBe(2);
});

it('names the active topology where it is the best, measured or not', () => {
  otherWorkspace().endpoint('one', 'GET /one', 'return {};');
  workspace.endpoint('two', 'GET /two', 'return {};');
  const weights = { cost: 0, coldStarts: 0, changes: 0, crashes: 1, privileges: 0, bytes: 0 };
  workspace.write('functions/traffic.json', JSON.stringify({ endpoints: { '*': 0.1 }, weights }));
  const { status, stdout, stderr } = run('--quick', '--topologies', 'mono');
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('`nano` is the best there is, and it is active.');
  const rows = rowsOf(readReport(), 'The proposal compared with mono');
  expect(rows.map(({ name }) => name)).toEqual(['mono', 'nano']);
});

it.each([
  [['--rounds', 'many'], '--rounds takes a number from 1 to 100; not "many".'],
  [
    ['--topologies', 'nano,macro'],
    '--topologies: functions/topology.json has no "macro". There are: nano, mono.',
  ],
  [['--traffic', 'none.json'], '--traffic: there is no file none.json.'],
  [['--fast'], "Unknown option '--fast'. There are: --help, --topologies, --rounds,"],
])('says what is wrong with %j, with exit code 2', (args, message) => {
  otherWorkspace().endpoint('one', 'GET /one', 'return {};');
  const { status, stderr } = run(...args);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(2);
});
