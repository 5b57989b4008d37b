import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readWorkspace } from '@nanoservices/model';
import { expect, it } from 'vitest';
import { findLines, repositoryRoot, trackedFiles } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

it('names every contract after its folder, and gives no two the same route', async () => {
  const { contractFiles } = await readWorkspace(repositoryRoot);
  expect(contractFiles.length).toBeGreaterThan(0);
  const routes = new Set<string>();
  for (const { file, contract } of contractFiles) {
    expect(contract.name, file).toBe(basename(dirname(dirname(file))));
    routes.add(`${contract.method} ${contract.path.replace(/\{[^}]+\}/g, '{}')}`);
  }
  expect(routes.size).toBe(contractFiles.length);
});

it('a fixture of the arcade has its endpoints, and its packages are the copies', async () => {
  await using fixture = new WorkspaceFixture({ application: 'arcade' });
  const { endpoints, contractFiles } = await readWorkspace(fixture.root);
  expect(endpoints.length).toBeGreaterThan(10);
  expect(contractFiles.every(({ file }) => file.startsWith(fixture.root))).toBe(true);
  expect(existsSync(join(fixture.root, 'node_modules/@arcade/validation/package.json'))).toBe(true);
});

it('nobody is told to capture the output of Nx, which has a banner', () => {
  const files = trackedFiles().filter((file) => /\.(?:md|ts|yml|template)$|^\.ci\/run$/.test(file));
  const isOfThisSpec = (file: string) => file === 'tools/lab/proofs/application.spec.ts';
  const captured = /\$\((?:npx )?nx |npx nx run \S+:(?:token|openapi)\b/;
  expect(
    findLines(
      files.filter((file) => !isOfThisSpec(file)),
      (line) => captured.test(line),
    ),
  ).toEqual([]);
});

// A handler of the application must not run the proofs of the framework again, which take minutes.
it('is what the specs in test-application are about, and no others are', () => {
  const { targets, namedInputs } = JSON.parse(
    readFileSync(join(repositoryRoot, 'tools/lab/package.json'), 'utf8'),
  ).nx;
  const listed = (command: string) => command.match(/tools\/lab\/\S+\.spec\.ts/g) ?? [];
  expect(listed(targets.test.command)).toEqual(listed(targets['test-application'].command));
  const specs = globSync('tools/lab/**/*.spec.ts', { cwd: repositoryRoot, exclude: ['**/node_modules/**'] });
  const readsApplication =
    /'arcade'|trackedFiles\(\)|readWorkspace\(repositoryRoot|(?:root|cwd): repositoryRoot/;
  const about = specs.filter((spec) =>
    readsApplication.test(readFileSync(join(repositoryRoot, spec), 'utf8')),
  );
  expect(listed(targets.test.command)).toEqual(expect.arrayContaining(about));
  const inputs: unknown[] = namedInputs.test;
  expect(inputs.filter((one) => typeof one === 'string' && one.includes('functions'))).toEqual([
    '{workspaceRoot}/functions/tsconfig.json',
  ]);
});
