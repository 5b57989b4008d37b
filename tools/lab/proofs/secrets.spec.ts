import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

// The check of CI, on bundles with and without a secret.
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  copyFileSync('.secretlintrc.json', join(folder, '.secretlintrc.json'));
  mkdirSync(join(folder, 'functions/dist'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(bundle: string): { status: number | null; out: string } {
  writeFileSync(join(folder, 'functions/dist/handler.mjs'), bundle);
  const program = join(process.cwd(), 'node_modules/.bin/secretlint');
  const { status, stdout } = spawnSync(program, ['--no-gitignore', 'functions/**/dist/*'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, out: stdout };
}

// In parts, so that this file has no secret itself.
it.each([
  ['a connection string', `const url = "postgres://app:${'s3cr3t'}pass@db.internal:5432/prod";`],
  ['a key of AWS', `const aws_secret_access_key = "${'wJalrXUtnFEMIK7MDENG'}bPxRfiCYzzzzzzzzzzzz";`],
  ['a token of GitHub', `const token = "ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}";`],
])('finds %s', (_, bundle) => {
  expect(check(bundle)).toMatchObject({ status: 1, out: expect.stringContaining('handler.mjs') });
});

it('finds nothing where there is nothing', () => {
  expect(check('const url = process.env.DATABASE_URL;').status).toBe(0);
});
