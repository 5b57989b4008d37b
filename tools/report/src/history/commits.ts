import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readFolders } from '@nanoservices/model';

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

/** True if the clone lacks older commits. */
export function isShallow(workspaceRoot: string): boolean {
  return git(workspaceRoot, ['rev-parse', '--is-shallow-repository']).trim() === 'true';
}

/** The files that bundles are made from. */
function sourcesOf(workspaceRoot: string): string[] {
  const { functions, libs } = readFolders(workspaceRoot);
  return [functions, libs, 'tsconfig.base.json'];
}

/** Identifies the sources at a commit: two commits with the same sources have the same text. */
export function sourcesAt(workspaceRoot: string, { hash }: Commit): string {
  return git(workspaceRoot, ['ls-tree', hash, ...sourcesOf(workspaceRoot)]);
}

/** Writes the sources at a commit into another folder. */
export function checkOut(workspaceRoot: string, { hash }: Commit, target: string): void {
  const sources = sourcesOf(workspaceRoot);
  for (const source of sources) rmSync(join(target, source), { recursive: true, force: true });
  // A separate index: the repository's index and work tree stay as they are.
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
