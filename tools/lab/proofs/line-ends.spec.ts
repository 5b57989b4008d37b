import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot, trackedFiles } from '../testbed/repository.ts';

/** Git's handling of line ends, by path: `lf` for text, `unset` for binary files. */
function lineEnds(...files: string[]): Record<string, string> {
  const output = execFileSync('git', ['check-attr', '-z', 'eol', 'text', '--', ...files], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  const fields = output.split('\0');
  const ends: Record<string, string> = {};
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [file = '', attribute, value = ''] = fields.slice(at, at + 3);
    if (attribute === 'eol' && ends[file] === undefined) ends[file] = value;
    // A binary file has the attribute -text, which is stronger than eol.
    if (attribute === 'text' && value === 'unset') ends[file] = value;
  }
  return ends;
}

it('text has LF on every machine, whatever its git is set to', () => {
  const text = ['package.json', '.ci/run', 'README.md', 'tools/a/src/a.ts', 'functions/a.html', 'x.sql'];
  expect(lineEnds(...text)).toEqual(Object.fromEntries(text.map((file) => [file, 'lf'])));
});

it('binary files stay as they are', () => {
  const binary = ['tools/report/docs/architectures.webp', 'a/b.png', 'c.node', 'd.zip'];
  expect(lineEnds(...binary)).toEqual(Object.fromEntries(binary.map((file) => [file, 'unset'])));
});

it('no file of this repository has CR at the end of a line', () => {
  const files = trackedFiles();
  const ends = lineEnds(...files);
  const wrong = files.filter(
    (file) => ends[file] === 'lf' && readFileSync(join(repositoryRoot, file)).includes('\r\n'),
  );
  expect(wrong).toEqual([]);
});
