import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';

/**
 * Writes a file for its owner only. It replaces what is there, which may be a link, or a second name of a file in a copy of the
 * workspace: neither is written through.
 */
export function placeFile(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}`;
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
  renameSync(temporary, path);
}
