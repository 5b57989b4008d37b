import { execFileSync } from 'node:child_process';
import { isRunning } from '@nanoservices/database/process-state';

const pollMs = 500;

/**
 * Calls back when the npm, npx or Nx that started this process has ended without ending this process: npm hands on neither
 * SIGHUP nor SIGKILL, and a shell between them dies of npm's SIGTERM alone. A process that a person started is on its own.
 */
export function watchParent(orphaned: () => void): void {
  const { npm_execpath: npm, NX_WORKSPACE_ROOT: nx } = process.env;
  if (!npm && !nx) return;
  const parent = process.ppid;
  const grandparent = parentOfShell(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (grandparent === undefined || isRunning(grandparent))) return;
    clearInterval(timer);
    orphaned();
  }, pollMs);
  timer.unref();
}

/** @returns the parent of a process that is a shell: npx runs its program in one, which outlives npx */
function parentOfShell(pid: number): number | undefined {
  try {
    const listed = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, command = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(listed) ?? [];
    return /(?:^|[-/])(?:ba|da|z|k|a)?sh$/.test(command) ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}
