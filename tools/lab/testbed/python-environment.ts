import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/python', import.meta.url));

/**
 * Installs Python packages for tests into a virtual environment, the first time and when the requirements change.
 *
 * @param requirements - a file of pinned packages, as pip reads it
 * @returns the folder of the environment's programs
 * @throws Error when there is no Python 3 with venv, or a package cannot be installed
 */
export function pythonEnvironment(name: string, requirements: string): string {
  const venv = join(cache, name);
  const programs = join(venv, 'bin');
  const mark = join(venv, 'installed');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return programs;
  rmSync(venv, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', venv]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  execFileSync(join(programs, 'python'), pip, { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(mark, wanted);
  return programs;
}
