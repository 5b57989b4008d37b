import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

/** No settings, or not written by people. */
const others = ['functions/package.json', 'functions/tsconfig.json'];
const files = globSync('functions/*.json', { cwd: repositoryRoot }).filter((file) => !others.includes(file));

it('finds the settings', () => {
  expect(files.sort()).toEqual(
    ['api', 'stages', 'topology', 'traffic'].map((name) => `functions/${name}.json`),
  );
});

it.each(files)('%s names its JSON Schema, and an editor marks nothing in it', (file) => {
  const content = JSON.parse(readFileSync(join(repositoryRoot, file), 'utf8'));
  const schema = join(repositoryRoot, dirname(file), content.$schema);
  expect(existsSync(schema), schema).toBe(true);
  const ajv = new Ajv({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  validate(content);
  expect(validate.errors ?? []).toEqual([]);
});
