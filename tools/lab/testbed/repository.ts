import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this repository, absolute. */
export const repositoryRoot = dirname(fileURLToPath(new URL('../../', import.meta.url)));

/** The files of this repository that git tracks or would add, relative to its root. */
export function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(repositoryRoot, file)));
}

/** `file:line: text` of each matching line of these files. */
export function findLines(files: readonly string[], isFound: (line: string) => boolean): string[] {
  return files.flatMap((file) =>
    readFileSync(join(repositoryRoot, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (isFound(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}
