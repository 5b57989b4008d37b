import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../../testbed/repository.ts';
import { differences, tableRow } from './differences.ts';

it('the README of the runtime has each difference from Lambda, and no other', () => {
  const readme = readFileSync(join(repositoryRoot, 'tools/runtime/README.md'), 'utf8');
  const [, table = ''] = readme.split('| | Lambda | here | because |\n|---|---|---|---|\n');
  expect(table.split('\n\n')[0]?.split('\n')).toEqual(differences.map(tableRow));
});
