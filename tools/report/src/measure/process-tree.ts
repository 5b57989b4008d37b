import { readdirSync, readFileSync } from 'node:fs';

/** True if the memory and processor time of a process tree can be measured: on Linux, from /proc. */
export const canMeasureTrees = process.platform === 'linux';

/** Unit of processor time in /proc, on all architectures of Linux that Node supports. */
const ticksPerSecond = 100;

/** The proportional set size of a process and all its descendants, in megabytes. Linux only. */
export function treeMemoryMb(root: number): number {
  return sumOfTree(root, (pid) => pssKb(read(`/proc/${pid}/smaps_rollup`))) / 1024;
}

/**
 * The processor time of a process and all its descendants, in seconds, exact to 10 ms; children that have ended are
 * included. Linux only.
 */
export function treeCpuSeconds(root: number): number {
  return sumOfTree(root, (pid) => cpuTicks(read(`/proc/${pid}/stat`))) / ticksPerSecond;
}

/** Reads the text of `/proc/<pid>/smaps_rollup`; 0 if the process has ended. */
export function pssKb(rollup: string): number {
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
}

/**
 * Reads the text of `/proc/<pid>/stat`: utime and stime, also of children that have ended; 0 if the process
 * has ended.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function cpuTicks(stat: string): number {
  // The second field, the program's name, may contain spaces and parentheses. The third field follows it.
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

/** @returns no text if the process has ended in the meantime */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
