import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** A commit of the workspace's repository. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
}

/**
 * The last commits of a repository along its main line, the oldest first.
 *
 * @returns undefined when the workspace is in no git repository, or git is not installed
 */
export function lastCommits(workspaceRoot: string, count: number): Commit[] | undefined {
  try {
    const log = git(workspaceRoot, [
      'log',
      '--first-parent',
      `--max-count=${count}`,
      '--format=%H %s',
      'HEAD',
    ]);
    return log
      .split('\n')
      .filter(Boolean)
      .map((line) => ({ hash: line.slice(0, 40), subject: line.slice(41) }))
      .reverse();
  } catch {
    return undefined;
  }
}

/** Whether older commits are not in this clone. */
export function isShallow(workspaceRoot: string): boolean {
  return git(workspaceRoot, ['rev-parse', '--is-shallow-repository']).trim() === 'true';
}

/** What bundles are made from. */
const sources = ['functions', 'libs', 'tsconfig.base.json'];

/** Stands for the sources at a commit: the same where they are the same. */
export function sourcesAt(workspaceRoot: string, { hash }: Commit): string {
  return git(workspaceRoot, ['ls-tree', hash, ...sources]);
}

/** Writes the sources, as they were at a commit, into another place. */
export function checkOut(workspaceRoot: string, { hash }: Commit, target: string): void {
  for (const source of sources) rmSync(join(target, source), { recursive: true, force: true });
  // An index of its own: the repository's, and what is being worked on, stay as they are.
  const env = { GIT_INDEX_FILE: join(target, 'index') };
  // The workspace may be a folder of the repository.
  const prefix = git(workspaceRoot, ['rev-parse', '--show-prefix']).trim();
  const top = git(workspaceRoot, ['rev-parse', '--show-toplevel']).trim();
  git(top, ['read-tree', prefix ? `${hash}:${prefix}` : hash], env);
  const files = git(top, ['ls-files', '-z', ...sources], env);
  git(top, ['checkout-index', '--force', '-z', '--stdin', `--prefix=${target}/`], env, files);
}

function git(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): string {
  return execFileSync('git', args, {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
