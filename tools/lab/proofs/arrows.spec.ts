import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot, trackedFiles } from '../testbed/repository.ts';

// dependency-cruiser checks imports. Strings and JSON name packages and folders, too.

/** Each tool may name those before it. */
const tools = ['model', 'build', 'api', 'database', 'runtime', 'deploy', 'report', 'nx', 'create', 'lab'];

const isSource = (file: string): boolean => /\.(ts|mjs|json|template)$/.test(file);

it.each(tools)('tools/%s names no tool above it', (tool) => {
  const above = tools.slice(tools.indexOf(tool) + 1);
  expect(filesNaming(above, (file) => file.startsWith(`tools/${tool}/`))).toEqual([]);
});

it('libs and functions name no tool', () => {
  const isJsonSchema = /"\$schema": "[./]*tools\/model\/schemas\//;
  expect(
    filesNaming(
      tools,
      (file) => /^(libs|functions)\//.test(file),
      (line) => !isJsonSchema.test(line),
    ),
  ).toEqual([]);
});

/** `file:line`, for each line of these files that names one of these tools. */
function filesNaming(
  named: readonly string[],
  isExamined: (file: string) => boolean,
  counts: (line: string) => boolean = () => true,
): string[] {
  if (named.length === 0) return [];
  const name = new RegExp(`(?:@nanoservices|tools)/(?:${named.join('|')})(?![\\w-])`);
  return trackedFiles()
    .filter((file) => isSource(file) && isExamined(file))
    .flatMap((file) =>
      readFileSync(join(repositoryRoot, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (name.test(line) && counts(line) ? [`${file}:${index + 1}`] : [])),
    );
}
