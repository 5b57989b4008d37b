import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { appendFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyAccount } from './empty-account.ts';
import type { ScaleWorkspaces } from './scale-workspaces.ts';
import { type WatchedRun, watchedRun } from './watched-run.ts';

/** A contestant of one measure, in a workspace of any size. */
export interface Contestant {
  readonly measure: string;
  readonly name: string;
  /** True for an alternative to ours, which is the first of its measure. */
  readonly isPeer?: boolean;
  /** True if it has one round only, because it takes too long with so many endpoints. */
  isLong?(size: number): boolean;
  run(workspaces: ScaleWorkspaces, size: number): Promise<Measurement>;
}

export interface Measurement extends WatchedRun {
  /** A deviation from the measure. */
  readonly note?: string | undefined;
}

/** @param peerLimit - the most endpoints that the peer with a process for each builds */
export function contestants(peerLimit: number): Contestant[] {
  return [
    {
      measure: 'build from nothing',
      name: 'batch',
      async run({ ours }) {
        forgetNx(ours);
        return nx(ours, 'run-many', '-t', 'build');
      },
    },
    {
      measure: 'build from nothing',
      name: '@nx/esbuild, a task per endpoint; from 100 on one round',
      isPeer: true,
      isLong: (size) => size >= 100,
      async run({ ours }, size) {
        const bundles = digest(ours);
        forgetNx(ours);
        const names = globSync('functions/*/*/src/handler.ts', { cwd: ours })
          .sort()
          .slice(0, peerLimit)
          .map((file) => file.split('/')[2]);
        const isPart = size > peerLimit;
        const run = await nx(
          ours,
          ...['run-many', '-t', 'build', '--batch=false'],
          ...(isPart ? ['-p', names.join()] : []),
        );
        assert.equal(digest(ours), bundles, 'Both make the same bytes.');
        return { ...run, note: isPart ? `${peerLimit} endpoints only` : undefined };
      },
    },
    ...[true, false].flatMap((isCold) =>
      [graphContestant, affectedContestant].flatMap((contestant) =>
        plugins.map((plugin) => contestant(plugin, isCold)),
      ),
    ),
    {
      measure: 'topology printout',
      name: 'nano, micro and mono',
      run: ({ ours }) => nanos(ours, 'topology'),
    },
    {
      measure: 'package',
      name: 'of what is built',
      async run({ ours }) {
        await nx(ours, 'run-many', '-t', 'build');
        for (const folder of globSync('functions/**/artifact', { cwd: ours })) {
          rmSync(join(ours, folder), { recursive: true });
        }
        return nx(ours, 'run-many', '-t', 'package', '--skipNxCache', '--excludeTaskDependencies');
      },
    },
    {
      measure: 'deploy plan',
      name: 'nano: the functions by themselves',
      async run({ ours }, size) {
        await using account = await emptyAccount();
        const run = await watched(
          ours,
          [fileURLToPath(new URL('plan-functions-command.ts', import.meta.url))],
          account.env,
        );
        assert.equal(account.requests(), 2 * size);
        return run;
      },
    },
    {
      measure: 'deploy plan',
      name: 'nano: nanos deploy --dry-run',
      async run({ ours }, size) {
        const run = await plan(ours, 'nano', size > 300 ? 2 : 0);
        return { ...run, note: size > 300 ? 'refused: one HTTP API takes 300 functions' : undefined };
      },
    },
    {
      measure: 'deploy plan',
      name: 'micro: nanos deploy --dry-run',
      run: ({ ours }) => plan(ours, 'micro', 0),
    },
  ];
}

/** Plugins that infer projects: ours, and two that read nothing. */
const plugins = [
  { name: 'our plugin', workspace: 'ours', isPeer: false },
  { name: 'a trivial plugin, one target', workspace: 'oneTarget', isPeer: true },
  { name: 'a trivial plugin, the same targets', workspace: 'sameTargets', isPeer: true },
] as const;
type Plugin = (typeof plugins)[number];

function graphContestant({ name, workspace, isPeer }: Plugin, isCold: boolean): Contestant {
  return {
    measure: `nx graph --file, ${isCold ? 'cold' : 'warm'}`,
    name,
    isPeer,
    async run(workspaces, size) {
      const root = workspaces[workspace];
      if (isCold) forgetNx(root);
      const run = await nx(root, 'graph', '--file', '.nx/graph.json');
      const { graph } = JSON.parse(readFileSync(join(root, '.nx/graph.json'), 'utf8'));
      const endpoints = Object.values<Node>(graph.nodes).filter(({ data }) =>
        /^functions\/.+\//.test(data.root),
      );
      assert.equal(endpoints.length, size);
      return run;
    },
  };
}

function affectedContestant({ name, workspace, isPeer }: Plugin, isCold: boolean): Contestant {
  return {
    measure: `nx show projects --affected, ${isCold ? 'cold' : 'warm'}`,
    name,
    isPeer,
    async run(workspaces) {
      const root = workspaces[workspace];
      const [handler] = globSync('functions/*/*/src/handler.ts', { cwd: root }).sort();
      appendFileSync(join(root, handler as string), '\n');
      if (isCold) forgetNx(root);
      const run = await nx(root, 'show', 'projects', '--affected');
      assert.match(run.output, new RegExp(`^@shop/${handler?.split('/')[2]}$`, 'm'));
      return run;
    },
  };
}

async function plan(root: string, topology: string, exitCode: number): Promise<WatchedRun> {
  await using account = await emptyAccount();
  const args = [nanosProgram, 'deploy', '--stage', 'dev', '--dry-run', '--packaged', '--topology', topology];
  // Tokens need an issuer, without which there is no API.
  const stage = { region: 'eu-central-1', jwt: { issuer: 'https://example.com/', audience: ['bench'] } };
  writeFileSync(
    join(root, 'functions/stages.json'),
    JSON.stringify({ application: 'scale', stages: { dev: stage } }),
  );
  return await watched(root, args, account.env, exitCode);
}

interface Node {
  readonly data: { readonly root: string };
}

/** The hash of all bundles. */
function digest(root: string): string {
  const hash = createHash('sha256');
  for (const file of globSync('functions/**/dist/handler.mjs', { cwd: root }).sort()) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Makes the next run of Nx start from nothing. */
function forgetNx(root: string): void {
  rmSync(join(root, '.nx'), { recursive: true, force: true });
}

const nanosProgram = 'tools/nx/bin/nanos.mjs';
const nxProgram = createRequire(import.meta.url).resolve('nx/bin/nx.js');

function nx(root: string, ...args: string[]): Promise<WatchedRun> {
  // No daemon: it would keep the graph of the last run. All of Nx's files are in the workspace.
  const data = { NX_CACHE_DIRECTORY: '.nx/cache', NX_WORKSPACE_DATA_DIRECTORY: '.nx/workspace-data' };
  return watched(root, [nxProgram, ...args], { NX_DAEMON: 'false', NX_TUI: 'false', ...data });
}

function nanos(root: string, ...args: string[]): Promise<WatchedRun> {
  return watched(root, [nanosProgram, ...args], {});
}

async function watched(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  exitCode = 0,
): Promise<WatchedRun> {
  const run = await watchedRun(args, { cwd, env });
  assert.equal(run.exitCode, exitCode, run.output);
  return run;
}
