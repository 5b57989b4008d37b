/**
 * Types every command of every README, in its order: into a copy of this repository, or into the shop for the READMEs of the
 * framework. A command that needs an AWS account, or that another step of `.ci/run` runs, is not run here: its target,
 * its command and its options must exist.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nxEnvironment, runNx } from '../../testbed/nx.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { applicationOf, blocksOf, commandsOf, readmes } from './blocks.ts';

const run = promisify(execFile);

/** Commands that are run in another place. */
const elsewhere: readonly [RegExp, string][] = [
  [/^npm (?:ci|test)(?: && |$)/, '.ci/run'],
  [/^npm run check$/, '.ci/run: npm test runs the same, and more'],
  [/^npm install$/, '.ci/run, by the generator'],
  [/^npm create nanoservices|^cd shop /, 'proofs/own-workspace: from packages of a local registry'],
  [/^npx nx release /, 'people: it writes a version, and publishes'],
  [/^aws /, 'proofs/deploy.e2e.ts and lambda-service.spec.ts send the same requests'],
  [/^curl /, 'proofs/start.spec.ts sends these requests'],
  [/^open /, 'a browser'],
];

/** Responses that the text promises, by their commands. */
const promised: readonly [RegExp, RegExp][] = [
  // On a busy machine the games come too late, and are left out.
  [
    /:invoke --path \/users\/0197f3a0-0000-7000-8000-000000000001$/,
    /^HTTP 200 OK$.*"status": "(?:un)?available"/ms,
  ],
  [/000000ffff$/, /^HTTP 404 /m],
  [/\/users\/me$/, /^HTTP 400 /m],
  [/create-game:invoke/, /^HTTP 201 /m],
  [/list-games:invoke/, /^HTTP 200 /m],
  [/update-user:invoke.*Anna/, /^HTTP 200 /m],
  [/update-user:invoke.*"Ann /, /^HTTP 412 /m],
  [/list-players:invoke/, /^HTTP 200 /m],
  [/nanos invoke get-user/, /"statusCode":200/],
];

/** Commands that deploy, measure or stay. Only their names and options are checked here. */
const isChecked =
  /^npm start|^npx nanos (?:start|report|deploy|base|status|rollback|rotate|secret|prune|database|stage)\b|^npx nx (?:affected|run-many) -t deploy|^npx nx run (?:lab:\S+|release:\S+|\S+:(?:deploy|rollback|status|prune|report|dev)\b)/;

describe.each(['arcade', 'shop'] as const)('commands for the %s', (application) => {
  let fixture: WorkspaceFixture;
  let projects: Readonly<Record<string, readonly string[]>>;

  beforeAll(async () => {
    fixture = new WorkspaceFixture({ application, withNx: true, withSpecs: application === 'arcade' });
    fixture.commit('everything');
    for (const [path, text] of application === 'arcade' ? byHand() : []) fixture.write(path, text);
    fixture.linkPackages();
    projects = await readTargets(fixture);
  }, 120_000);
  afterAll(() => fixture.delete());

  describe.each(
    readmes.filter((readme) => applicationOf(readme) === application && ownCommandsOf(readme).length > 0),
  )('%s', (readme) => {
    it.each(ownCommandsOf(readme))('%s', async (command) => {
      if (command.startsWith('npx nx g ')) {
        // The packages of a fixture are links to installed ones.
        await type(fixture, `${command} --skipInstall`);
        return fixture.linkPackages();
      }
      if (!isChecked.test(command)) {
        // The status is printed to standard error; Nx asks for colors.
        const output = stripVTControlCharacters(await type(fixture, `${command} 2>&1`));
        const [, promise = /^/] = promised.find(([pattern]) => pattern.test(command)) ?? [];
        return expect(output).toMatch(promise);
      }
      const problem = await problemOf(command, fixture, projects);
      expect(problem).toBeUndefined();
    });
  });
});

/** The commands that this file answers for. */
function ownCommandsOf(readme: string): string[] {
  return commandsOf(readme).filter((command) => !elsewhere.some(([pattern]) => pattern.test(command)));
}

/** The files of "Add an endpoint by hand". */
function byHand(): [path: string, text: string][] {
  const readme = 'functions/README.md';
  const [manifest = ''] = blocksOf(readme, 'json');
  const [contract = '', handler = ''] = blocksOf(readme, 'ts');
  const folder = 'functions/games/list-players';
  return [
    [`${folder}/package.json`, manifest],
    [`${folder}/src/contract.ts`, contract],
    [`${folder}/src/handler.ts`, handler],
  ];
}

/** The targets of each project, by its name without the scope. */
async function readTargets(fixture: WorkspaceFixture): Promise<Record<string, string[]>> {
  await runNx(fixture.root, 'graph', '--file', 'dist/graph.json');
  const nodes: Record<string, { data: { targets: object } }> = JSON.parse(fixture.read('dist/graph.json'))
    .graph.nodes;
  return Object.fromEntries(
    Object.entries(nodes).map(([name, { data }]) => [
      name.replace(/^@[^/]+\//, ''),
      Object.keys(data.targets),
    ]),
  );
}

/** Runs a command in a shell, as its reader does. @returns its standard output */
async function type(fixture: WorkspaceFixture, command: string): Promise<string> {
  const { stdout } = await run('bash', ['-c', command], {
    cwd: fixture.root,
    env: shellEnvironment,
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

const shellEnvironment: NodeJS.ProcessEnv = {
  ...nxEnvironment,
  PATH: [dirname(process.execPath), join(repositoryRoot, 'node_modules/.bin'), process.env.PATH].join(
    delimiter,
  ),
};

/** The mistake in a command that is not run: an unknown target or option. */
async function problemOf(
  command: string,
  fixture: WorkspaceFixture,
  projects: Readonly<Record<string, readonly string[]>>,
): Promise<string | undefined> {
  const [, project = '', target = ''] = /^npx nx run ([\w-]+):([\w-]+)/.exec(command) ?? [];
  const targets = ['lab', 'release'].includes(project) ? targetsHere(project) : projects[project];
  if (project && !targets?.includes(target)) return `${project} has no target ${target}.`;
  // A fixture has no lab, and programs of lab and release have no help.
  if (['lab', 'release'].includes(project)) return undefined;
  const [, many = ''] = /-t ([\w-]+)/.exec(command) ?? [];
  if (many && !Object.values(projects).some((all) => all.includes(many))) return `No target ${many}.`;
  const name = many || target || (/^npx nanos ([\w-]+)/.exec(command)?.[1] ?? 'start');
  const help = await type(fixture, `npx nanos ${name === 'dev' ? 'start' : name} --help`);
  const unknown = (command.match(/ --[a-z][\w-]*/g) ?? []).filter((option) => !help.includes(option.trim()));
  return unknown.length > 0 ? `${name} has no ${unknown.join(',')}.` : undefined;
}

function targetsHere(tool: string): string[] {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'tools', tool, 'package.json'), 'utf8'));
  return [...Object.keys(manifest.nx.targets), 'lint', 'typecheck', 'test'];
}
