import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The workspace that a folder is in: the nearest folder above it with an nx.json or a functions/topology.json.
 *
 * @param {string} folder - absolute
 * @returns {string | undefined}
 */
export function workspaceRootOf(folder) {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'nx.json')) || existsSync(join(at, 'functions/topology.json'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
