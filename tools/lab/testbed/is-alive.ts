import { execFileSync } from 'node:child_process';

/** True while a process runs. A zombie does not: it has ended, and its parent has not read its exit code. */
export function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([id]) => Number(id) === pid)
    .map(([, stat]) => stat);
  return state !== '' && !state.startsWith('Z');
}
