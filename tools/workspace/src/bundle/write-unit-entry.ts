import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readContract } from '../contract-file.ts';
import type { Unit } from '../topology.ts';
import { unitEntry } from './unit-entry.ts';

/**
 * Writes the entry of a unit, made from the contracts of its endpoints.
 *
 * @param file - where to, relative to the workspace root
 * @throws UsageError when a contract is invalid
 */
export async function writeUnitEntry(workspaceRoot: string, unit: Unit, file: string): Promise<void> {
  const folder = dirname(join(workspaceRoot, file));
  const parts = await Promise.all(
    unit.endpoints.map(async (endpoint) => {
      const { method, path } = await readContract(workspaceRoot, endpoint);
      const handlerFile = relative(folder, join(workspaceRoot, endpoint.root, 'src/handler.ts'));
      return { name: endpoint.name, route: `${method} ${path}`, handlerFile };
    }),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(workspaceRoot, file), unitEntry(parts));
}
