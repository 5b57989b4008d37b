import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ServerUser } from './server-user.ts';

/** Tells if a process runs. One that has ended, and that its parent has not asked for, does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It runs as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/**
 * Sends a signal to a process, unless it has ended.
 *
 * @param user - account that sends the signal. It may have written any process id into its file, so root does not send it
 * @returns false when there is no such process, or the account may not end it
 */
export function sendSignal(pid: number, signal: NodeJS.Signals, user?: ServerUser): boolean {
  if (user) {
    const args = ['-c', 'kill -s "$1" "$2"', 'sh', signal.slice('SIG'.length), String(pid)];
    return spawnSync('/bin/sh', args, { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
  }
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}

/** In a container without an init process nobody asks for ended orphans. Without /proc (macOS), launchd does. */
function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
