import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, it } from 'vitest';

const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

// A workspace in which every rule is broken once.
const files: Record<string, string> = {
  'functions/users/get-user/src/handler.ts': `import '../../../games/list-games/src/handler.ts';`,
  'functions/users/get-user/src/contract.ts': `import '../../../games/list-games/src/contract.ts';`,
  'functions/users/get-user/src/tool.ts': `import '../../../../tools/runtime/src/index.ts';`,
  'functions/users/get-user/package.json': '{ "name": "get-user" }',
  'functions/games/list-games/src/handler.ts': `import './handler.spec.ts'; export {};`,
  'functions/games/list-games/src/handler.spec.ts': 'export {};',
  'functions/games/list-games/src/contract.ts': `import './sorting.ts';`,
  'functions/games/list-games/src/sorting.ts': 'export {};',
  'libs/validation/src/index.ts': `import '../../../functions/users/get-user/src/contract.ts';`,
  'libs/validation/src/a.ts': `import './b.ts'; export const a = 1;`,
  'libs/validation/src/b.ts': `import './a.ts'; export const b = 1;`,
  'libs/validation/src/missing.ts': `import './not-there.ts';`,
  'libs/validation/src/undeclared.ts': `import 'left-over';`,
  'libs/validation/src/development.ts': `import 'dev-only';`,
  'libs/validation/package.json': '{ "name": "validation" }',
  'libs/api/src/index.ts': `import '../../../functions/users/get-user/src/handler.ts';`,
  'libs/api/src/contracts.ts': `import '../../../functions/users/get-user/src/contract.ts';`,
  'tools/runtime/src/index.ts': `import '../../../libs/api/src/index.ts';`,
  'node_modules/left-over/package.json': '{ "name": "left-over", "main": "index.js" }',
  'node_modules/left-over/index.js': '',
  'node_modules/dev-only/package.json': '{ "name": "dev-only", "main": "index.js" }',
  'node_modules/dev-only/index.js': '',
  'package.json': '{ "name": "broken", "devDependencies": { "dev-only": "1" } }',
};

let broken: string;
beforeAll(() => {
  broken = mkdtempSync(join(tmpdir(), 'architecture-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(broken, path)), { recursive: true });
    writeFileSync(join(broken, path), text);
  }
});
afterAll(() => rmSync(broken, { recursive: true }));

it('has a rule that speaks up for every arrow that must not be', async () => {
  const { default: config } = await import(join(workspaceRoot, '.dependency-cruiser.mjs'));
  const options: ICruiseOptions = { ...config.options, baseDir: broken, validate: true, ruleSet: config };
  const { output } = await cruise(['functions', 'libs', 'tools'], options);
  const violations = (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
  );
  expect(violations.sort()).toEqual([
    'api-reads-contracts-only: libs/api/src/index.ts -> functions/users/get-user/src/handler.ts',
    'contracts-import-contracts-only: functions/games/list-games/src/contract.ts -> functions/games/list-games/src/sorting.ts',
    'declared-dependencies: libs/validation/src/undeclared.ts -> node_modules/left-over/index.js',
    'endpoints-share-contracts-only: functions/users/get-user/src/handler.ts -> functions/games/list-games/src/handler.ts',
    'libs-and-functions-know-no-tools: functions/users/get-user/src/tool.ts -> tools/runtime/src/index.ts',
    'libs-know-no-functions: libs/validation/src/index.ts -> functions/users/get-user/src/contract.ts',
    'no-circular: libs/validation/src/a.ts -> libs/validation/src/b.ts',
    'no-test-code-in-production: functions/games/list-games/src/handler.ts -> functions/games/list-games/src/handler.spec.ts',
    'own-dependencies-in-production: libs/validation/src/development.ts -> node_modules/dev-only/index.js',
    'resolvable: libs/validation/src/missing.ts -> ./not-there.ts',
  ]);
});

it('names every contract after its folder, and gives no two the same route', async () => {
  const contracts = globSync('functions/*/*/src/contract.ts', { cwd: workspaceRoot });
  expect(contracts.length).toBeGreaterThan(0);
  const routes = new Set<string>();
  for (const file of contracts) {
    const [contract] = Object.values(await import(join(workspaceRoot, file))) as {
      name: string;
      method: string;
      path: string;
    }[];
    expect(contract?.name, file).toBe(basename(dirname(dirname(file))));
    routes.add(`${contract?.method} ${contract?.path.replace(/\{[^}]+\}/g, '{}')}`);
  }
  expect(routes.size).toBe(contracts.length);
});
