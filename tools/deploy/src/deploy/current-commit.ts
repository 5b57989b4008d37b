import { execFileSync } from 'node:child_process';

/** False for a working tree that no commit describes. @param commit - result of {@link currentCommit} */
export function isCommitted(commit: string): boolean {
  return /^[0-9a-f]+$/.test(commit);
}

/** The commit that git has checked out, with `-changed` where files differ from it; `unknown` without git. */
export function currentCommit(workspaceRoot: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: workspaceRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const isClean = git('status', '--porcelain') === '';
    return git('rev-parse', '--short=12', 'HEAD') + (isClean ? '' : '-changed');
  } catch {
    return 'unknown';
  }
}
