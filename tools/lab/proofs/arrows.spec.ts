import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findLines, repositoryRoot, trackedFiles } from '../testbed/repository.ts';

// dependency-cruiser checks imports. Strings and JSON name packages and folders, too.

/** Each tool may name those before it. */
const tools = ['model', 'build', 'api', 'database', 'runtime', 'deploy', 'report', 'nx', 'create', 'lab'];

const isSource = (file: string): boolean => /\.(ts|mjs|json|template)$/.test(file);

it.each(tools)('tools/%s names no tool above it', (tool) => {
  const above = tools.slice(tools.indexOf(tool) + 1);
  expect(linesNaming(above, (file) => file.startsWith(`tools/${tool}/`))).toEqual([]);
});

it('libs and functions name no tool', () => {
  const isJsonSchema = /"\$schema": "[./]*tools\/model\/schemas\//;
  expect(
    linesNaming(
      tools,
      (file) => /^(libs|functions)\//.test(file),
      (line) => !isJsonSchema.test(line),
    ),
  ).toEqual([]);
});

// Packages of this repository are links, so an import works even if package.json does not name it.
it.each(packages())('%s declares the packages of this repository that it imports', (folder) => {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8'));
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const imported = trackedFiles()
    .filter((file) => file.startsWith(`${folder}/`) && /\.(ts|mjs)$/.test(file) && !isFixture(file))
    .flatMap((file) => {
      const text = readFileSync(join(repositoryRoot, file), 'utf8');
      return [...text.matchAll(/^(?:import|export|\} from) .*?'(@(?:nanoservices|arcade)\/[\w-]+)/gm)].map(
        ([, name]) => name,
      );
    });
  const own = new Set(
    imported.filter((name) => name !== manifest.name && !declared.includes(name as string)),
  );
  expect([...own]).toEqual([]);
});

/** Sources of workspaces that tests write. */
function isFixture(file: string): boolean {
  return /^tools\/lab\/(?:testbed\/(?:shop|scale)|proofs\/other-application)\//.test(file);
}

function packages(): string[] {
  return trackedFiles()
    .filter((file) => /^(?:libs|tools|functions\/[^/]+)\/[^/]+\/package\.json$/.test(file))
    .map((file) => file.replace('/package.json', ''));
}

/** The lines of these files that name one of these tools. */
function linesNaming(
  named: readonly string[],
  isExamined: (file: string) => boolean,
  counts: (line: string) => boolean = () => true,
): string[] {
  if (named.length === 0) return [];
  const name = new RegExp(`(?:@nanoservices|tools)/(?:${named.join('|')})(?![\\w-])`);
  const files = trackedFiles().filter((file) => isSource(file) && isExamined(file));
  return findLines(files, (line) => name.test(line) && counts(line));
}
