import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmulatedStage, succeed } from '../../testbed/aws/emulated-stage.ts';
import { publish } from '../findings.ts';
import { history } from './history.ts';
import { deployPlainService, plainFunctions, writePlainService } from './plain-service.ts';

/**
 * `nx run lab:bench-history`: the functions that a history of fifty commits redeploys, on an emulated AWS:
 *
 * - plain: `serverless deploy` of one service with every endpoint. Counted: functions that CloudFormation has to update.
 * - nx: the functions that `nx affected` names, if each were deployed.
 * - ours: `nx affected -t deploy`. Counted: functions of which another version is live.
 *
 * They are compared with the functions whose built code or settings did change. It takes half an hour. `--json` prints JSON.
 */
const stage = await EmulatedStage.open();
const changes = history(stage.workspace);
const rows: Row[] = [];
try {
  await writePlainService(stage);
  stage.workspace.commit('a plain service');
  await succeed(stage.nx('run-many', '-t', 'deploy', '--stage', 'dev'));
  await deployPlainService(stage);
  for (const [index, change] of changes.entries()) {
    const before = await observe();
    change.apply();
    stage.workspace.commit(change.kind);
    const affected = await affectedFunctions();
    await succeed(stage.nx('affected', '-t', 'deploy', '--base', 'HEAD~1', '--stage', 'dev'));
    await deployPlainService(stage);
    const after = await observe();
    const changed = differing(before.built, after.built);
    const ours = differing(before.live, after.live);
    rows.push({
      kind: change.kind,
      changed: changed.length,
      plain: differing(before.plain, after.plain).length,
      nx: affected.length,
      ours: ours.length,
      unneeded: ours.filter((name) => !changed.includes(name)).length,
      missed: changed.filter((name) => !ours.includes(name)).length,
    });
    console.error(`${index + 1} of ${changes.length}: ${JSON.stringify(rows.at(-1))}`);
  }
} finally {
  await stage.close();
}
print();

interface Row {
  readonly kind: string;
  /** Functions whose built code or settings changed. */
  readonly changed: number;
  readonly plain: number;
  readonly nx: number;
  readonly ours: number;
  /** Functions that ours deployed though nothing changed. */
  readonly unneeded: number;
  /** Functions that changed, but were not deployed by ours. */
  readonly missed: number;
}

async function observe() {
  return {
    built: builtFunctions(),
    plain: await plainFunctions(stage),
    live: new Map(Object.entries(await stage.live())),
  };
}

/** A hash of each function's bundle and settings, computed without our own packaging. */
function builtFunctions(): Map<string, string> {
  const { root } = stage.workspace;
  const bundles = globSync('functions/*/*/dist/handler.mjs', { cwd: root });
  return new Map(
    bundles.map((bundle) => {
      const folder = dirname(dirname(bundle));
      const { lambda } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const hash = createHash('sha256').update(readFileSync(join(root, bundle)));
      return [folder.split('/').at(-1) as string, hash.update(JSON.stringify(lambda ?? null)).digest('hex')];
    }),
  );
}

async function affectedFunctions(): Promise<string[]> {
  const args = ['show', 'projects', '--affected', '--base', 'HEAD~1', '--projects', 'tag:function', '--json'];
  const out = await succeed(stage.nx(...args));
  return JSON.parse(out.slice(out.indexOf('['), out.lastIndexOf(']') + 1));
}

function differing(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
}

function print(): void {
  const sum = (of: readonly Row[]) => {
    const total = (key: Exclude<keyof Row, 'kind'>) => of.reduce((all, row) => all + row[key], 0);
    return {
      commits: [of.length],
      changed: [total('changed')],
      '`serverless deploy` of one service': [total('plain')],
      'what Nx calls affected': [total('nx')],
      ours: [total('ours')],
      'ours, unneeded': [total('unneeded')],
      'ours, missed': [total('missed')],
    };
  };
  const kinds = Map.groupBy(rows, ({ kind }) => kind);
  publish({
    name: 'history',
    title: 'Functions redeployed over 50 commits',
    rows: { ...Object.fromEntries([...kinds].map(([kind, of]) => [kind, sum(of)])), all: sum(rows) },
  });
}
