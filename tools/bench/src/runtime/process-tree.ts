import { readdirSync, readFileSync } from 'node:fs';

/** The proportional set size of a process and all its descendants, in megabytes. Linux only. */
export function treeMemoryMb(root: number): number {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = Number(/PPid:\s+(\d+)/.exec(read(`/proc/${entry}/status`))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sum = (pid: number): number =>
    pssKb(pid) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root) / 1024;
}

function pssKb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
