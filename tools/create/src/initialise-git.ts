import { run } from './run.ts';

/**
 * Makes a folder a Git repository with one commit, so that Nx can tell what is affected by a change.
 *
 * @returns a sentence about what was left out, if anything
 */
export async function initialiseGit(folder: string): Promise<string | undefined> {
  const git = (...args: string[]) => run('git', args, { cwd: folder });
  try {
    await git('--version');
  } catch {
    return 'There is no git here: the workspace is no repository yet.';
  }
  if (await succeeds(git('rev-parse', '--is-inside-work-tree'))) {
    return 'The folder is in a Git repository: no other one was made.';
  }
  await git('init');
  // git init -b needs Git 2.28.
  await git('symbolic-ref', 'HEAD', 'refs/heads/main');
  await git('add', '--all');
  if (await succeeds(git('commit', '--quiet', '--message', 'chore: create the workspace'))) return undefined;
  return 'Git does not know you yet, so nothing is committed: git config user.name, user.email, then git commit.';
}

async function succeeds(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch {
    return false;
  }
}
