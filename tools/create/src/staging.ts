import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A signal has ended the work. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`);
  }
}

/**
 * Makes a folder with everything in it, or not at all: the work is done in a folder beside it, which takes its place at the
 * end. After an error or a signal nothing is left.
 *
 * @param target - absolute; empty, or not there
 * @param work - fills the folder that it is given, and ends early when it is told to
 * @throws Interrupted after SIGINT, SIGTERM or SIGHUP
 */
export async function staged(
  target: string,
  work: (folder: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const above = firstMissing(target);
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  // mkdtemp gives nobody else access.
  chmodSync(folder, 0o777 & ~process.umask());
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals) => stopping.abort(new Interrupted(signal));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    await work(folder, stopping.signal);
    stopping.signal.throwIfAborted();
    if (existsSync(target)) {
      // It may be the working directory, which must stay the same folder.
      for (const entry of readdirSync(folder)) renameSync(join(folder, entry), join(target, entry));
      rmSync(folder, { recursive: true });
    } else {
      renameSync(folder, target);
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    if (above !== target) removeEmpty(above, dirname(target));
    throw error;
  } finally {
    for (const signal of signals) process.removeListener(signal, stop);
  }
}

/** @returns the topmost folder of a path that is not there; the path itself when that is there */
function firstMissing(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) || parent === path ? path : firstMissing(parent);
}

/** Removes the folders from `bottom` up to `top`. */
function removeEmpty(top: string, bottom: string): void {
  for (let at = bottom; at.startsWith(top); at = dirname(at)) {
    if (readdirSync(at).length > 0) return;
    rmSync(at, { recursive: true });
  }
}
