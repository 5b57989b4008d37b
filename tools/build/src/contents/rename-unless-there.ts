import { existsSync, renameSync, rmSync } from 'node:fs';

/** Moves a finished folder to its place. Two commands may make the same folder at once: both results are the same. */
export function renameUnlessThere(unfinished: string, target: string): void {
  try {
    renameSync(unfinished, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}
