import { readdirSync, readFileSync } from 'node:fs';

/** Whether the system tells what a process and its descendants use: only Linux does, in /proc. */
export const canMeasureTrees = process.platform === 'linux';

/** In what /proc counts processor time on every architecture of Linux that Node runs on. */
const ticksPerSecond = 100;

/** The proportional set size of a process and all its descendants, in megabytes. Linux only. */
export function treeMemoryMb(root: number): number {
  return sumOfTree(root, (pid) => pssKb(read(`/proc/${pid}/smaps_rollup`))) / 1024;
}

/**
 * The processor time that a process and all its descendants have used, in seconds, to 10 ms; with that of children
 * which have ended. Linux only.
 */
export function treeCpuSeconds(root: number): number {
  return sumOfTree(root, (pid) => cpuTicks(read(`/proc/${pid}/stat`))) / ticksPerSecond;
}

/** Of the text of `/proc/<pid>/smaps_rollup`: 0 when the process has ended. */
export function pssKb(rollup: string): number {
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
}

/**
 * Of the text of `/proc/<pid>/stat`: utime, stime, and the same of its children that have ended; 0 when the process has
 * ended.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function cpuTicks(stat: string): number {
  // The second field, the program's name, may hold spaces and parentheses. The first after it is the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(14 - 3, 18 - 3).reduce((sum, field) => sum + Number(field), 0);
}

function sumOfTree(root: number, measure: (pid: number) => number): number {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = Number(/PPid:\s+(\d+)/.exec(read(`/proc/${entry}/status`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sum = (pid: number): number =>
    measure(pid) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
