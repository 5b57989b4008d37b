import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Creates a folder for bundles outside of every workspace. A bundle there finds no package that its zip would not have: Node
 * looks for `node_modules` in all folders above a module.
 */
export function bundleFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'nanoservices-')));
}
