import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { allowScripts, toolVersions, zodRange } from './versions.ts';

const read = (path: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8'));

it('a new workspace gets the versions that this repository is tested with', () => {
  const { devDependencies, allowScripts: allowed } = read('package.json');
  expect(devDependencies).toMatchObject(toolVersions);
  expect(allowScripts).toEqual(allowed);
  expect(read('libs/endpoint/package.json').dependencies.zod).toBe(zodRange);
});
