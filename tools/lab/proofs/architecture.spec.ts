import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

// A workspace that breaks every rule once.
const files: Record<string, string> = {
  'functions/customers/get-customer/src/handler.ts': `import '../../../orders/list-orders/src/handler.ts';`,
  'functions/customers/get-customer/src/contract.ts': `import '../../../orders/list-orders/src/contract.ts';`,
  'functions/customers/get-customer/src/tool.ts': `import '../../../../tools/runtime/src/index.ts';`,
  'functions/customers/get-customer/package.json': '{ "name": "get-customer" }',
  'functions/orders/list-orders/src/handler.ts': `import './handler.spec.ts'; export {};`,
  'functions/orders/list-orders/src/handler.spec.ts': 'export {};',
  'functions/orders/list-orders/src/contract.ts': `import './sorting.ts';`,
  'functions/orders/list-orders/src/sorting.ts': 'export {};',
  'libs/endpoint/src/index.ts': `import '../../postgres/src/index.ts';`,
  'libs/postgres/src/index.ts': 'export {};',
  'libs/postgres/src/domain.ts': `import '../../validation/src/index.ts';`,
  'libs/validation/src/index.ts': `import '../../../functions/customers/get-customer/src/contract.ts';`,
  'libs/validation/src/a.ts': `import './b.ts'; export const a = 1;`,
  'libs/validation/src/b.ts': `import './a.ts'; export const b = 1;`,
  'libs/validation/src/missing.ts': `import './not-there.ts';`,
  'libs/validation/src/undeclared.ts': `import 'left-over';`,
  'libs/validation/src/development.ts': `import 'dev-only';`,
  'libs/validation/package.json': '{ "name": "validation" }',
  'tools/model/src/index.ts': `import '../../build/src/index.ts';`,
  'tools/build/src/index.ts': `import '../../api/src/index.ts';`,
  'tools/api/src/index.ts': `import '../../database/src/index.ts';`,
  'tools/database/src/index.ts': `import '../../runtime/src/index.ts';`,
  'tools/runtime/src/index.ts': `import '../../deploy/src/index.ts';`,
  'tools/runtime/src/domain.ts': `import '../../../functions/customers/get-customer/src/contract.ts';`,
  'tools/deploy/src/index.ts': `import '../../report/src/index.ts';`,
  'tools/report/src/index.ts': `import '../../nx/src/index.ts';`,
  'tools/nx/src/index.ts': `import '../../lab/testbed/index.ts';`,
  // Allowed: downwards, and anything for the lab.
  'tools/nx/src/model.ts': `import '../../model/src/index.ts'; import '../../../libs/postgres/src/index.ts';`,
  'tools/lab/testbed/index.ts': `import '../../../functions/customers/get-customer/src/contract.ts';`,
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

it('has a rule that fails for every forbidden arrow', async () => {
  const { default: config } = await import(
    pathToFileURL(join(repositoryRoot, '.dependency-cruiser.mjs')).href
  );
  const options: ICruiseOptions = { ...config.options, baseDir: broken, validate: true, ruleSet: config };
  const { output } = await cruise(['functions', 'libs', 'tools'], options);
  const violations = (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
  );
  expect(violations.sort()).toEqual([
    'api-knows-no-tool-above-it: tools/api/src/index.ts -> tools/database/src/index.ts',
    'build-knows-no-tool-above-it: tools/build/src/index.ts -> tools/api/src/index.ts',
    'contracts-import-contracts-only: functions/orders/list-orders/src/contract.ts -> functions/orders/list-orders/src/sorting.ts',
    'database-knows-no-tool-above-it: tools/database/src/index.ts -> tools/runtime/src/index.ts',
    'declared-dependencies: libs/validation/src/undeclared.ts -> node_modules/left-over/index.js',
    'deploy-knows-no-tool-above-it: tools/deploy/src/index.ts -> tools/report/src/index.ts',
    'endpoints-share-contracts-only: functions/customers/get-customer/src/handler.ts -> functions/orders/list-orders/src/handler.ts',
    'framework-knows-no-application: libs/postgres/src/domain.ts -> libs/validation/src/index.ts',
    'framework-knows-no-application: tools/runtime/src/domain.ts -> functions/customers/get-customer/src/contract.ts',
    'libs-and-functions-know-no-tools: functions/customers/get-customer/src/tool.ts -> tools/runtime/src/index.ts',
    'libs-know-no-functions: libs/validation/src/index.ts -> functions/customers/get-customer/src/contract.ts',
    'model-knows-no-tool-above-it: tools/model/src/index.ts -> tools/build/src/index.ts',
    'no-circular: libs/validation/src/a.ts -> libs/validation/src/b.ts',
    'no-test-code-in-production: functions/orders/list-orders/src/handler.ts -> functions/orders/list-orders/src/handler.spec.ts',
    'nx-knows-no-tool-above-it: tools/nx/src/index.ts -> tools/lab/testbed/index.ts',
    'own-dependencies-in-production: libs/validation/src/development.ts -> node_modules/dev-only/index.js',
    'postgres-builds-on-endpoint: libs/endpoint/src/index.ts -> libs/postgres/src/index.ts',
    'report-knows-no-tool-above-it: tools/report/src/index.ts -> tools/nx/src/index.ts',
    'resolvable: libs/validation/src/missing.ts -> ./not-there.ts',
    'runtime-knows-no-tool-above-it: tools/runtime/src/index.ts -> tools/deploy/src/index.ts',
  ]);
});
