import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from '@nanoservices/model';
import type { ApiSnapshot } from './api-snapshot.ts';
import { linkInstalled } from './link-installed.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('print-snapshot.ts', import.meta.url));

/**
 * Takes a snapshot of the API of another commit: of the last one that `HEAD` has in common with it, as `nx affected` does. The
 * contracts are those of the commit; the framework and other packages are those that are installed.
 *
 * @param base - a commit, branch or tag
 * @throws UsageError when there is no git or no such commit, or its contracts cannot be read
 */
export async function snapshotOfCommit(workspaceRoot: string, base: string): Promise<ApiSnapshot> {
  const commit = await commonCommit(workspaceRoot, base);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'commit-')));
  try {
    const copy = join(folder, 'workspace');
    await checkOut(workspaceRoot, commit, folder, copy);
    linkInstalled(workspaceRoot, copy);
    return await readSnapshot(copy, base, commit);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function commonCommit(workspaceRoot: string, base: string): Promise<string> {
  const commit = await git(workspaceRoot, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${base}^{commit}`,
  ]).catch((cause) => {
    throw new UsageError(
      `There is no commit "${base}" to compare with. In a shallow clone, fetch it first: git fetch origin ${base}`,
      { cause },
    );
  });
  return git(workspaceRoot, ['merge-base', commit, 'HEAD']).catch(() => commit);
}

/** Writes the files of a commit, by an index of their own: the working tree and its index stay as they are. */
async function checkOut(workspaceRoot: string, commit: string, folder: string, copy: string): Promise<void> {
  // The workspace may be a folder of the repository.
  const tree = await git(workspaceRoot, ['rev-parse', `${commit}:./`]);
  const top = await git(workspaceRoot, ['rev-parse', '--show-toplevel']);
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') };
  await git(top, ['read-tree', tree], env);
  await git(top, ['checkout-index', '--all', `--prefix=${copy}/`], env);
}

async function git(cwd: string, args: readonly string[], env = process.env): Promise<string> {
  return (await run('git', args, { cwd, env, maxBuffer: 2 ** 26 })).stdout.trim();
}

async function readSnapshot(root: string, base: string, commit: string): Promise<ApiSnapshot> {
  try {
    const { stdout } = await run(process.execPath, [program, root], { maxBuffer: 2 ** 28 });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const reason = stderr.trim() || (error as Error).message;
    throw new UsageError(`The contracts of ${base} (${commit.slice(0, 12)}) cannot be read: ${reason}`, {
      cause: error,
    });
  }
}
