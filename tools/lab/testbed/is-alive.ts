import { execFileSync } from 'node:child_process';

/** Whether a process runs. A zombie, whose parent has not taken note of its end, does not. */
export function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([id]) => Number(id) === pid)
    .map(([, stat]) => stat);
  return state !== '' && !state.startsWith('Z');
}
