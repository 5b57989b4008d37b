import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

const require = createRequire(import.meta.url);
const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const folder = join(repositoryRoot, 'tools/nx');
const migrations = readJson(join(folder, 'migrations.json'));

describe('migrations.json of @nanoservices/nx', () => {
  it('is what Nx reads', () => {
    const validate = new Ajv({ strict: false }).compile(
      readJson(require.resolve('nx/schemas/migrations-schema.json')),
    );
    validate(migrations);
    expect(validate.errors).toBeNull();
    expect(validate({ generators: { wrong: { description: 'no version, no implementation' } } })).toBe(false);
  });

  it('names functions that are there', async () => {
    const entries = Object.entries<{ implementation: string }>(migrations.generators);
    for (const [name, { implementation }] of entries) {
      const [file = '', symbol = 'default'] = implementation.split('#');
      const module = await import(pathToFileURL(join(folder, file)).href);
      expect(module, name).toHaveProperty(symbol, expect.any(Function));
    }
  });
});
