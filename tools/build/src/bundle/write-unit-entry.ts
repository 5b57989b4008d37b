import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type PackedFunction, routeKey } from '@nanoservices/model';
import { unitEntry } from './unit-entry.ts';

/**
 * Writes the entry of a unit: a module with the handlers of all its endpoints.
 *
 * @param file - the file to write, relative to the workspace root
 */
export function writeUnitEntry(
  workspaceRoot: string,
  { endpoints, routes }: Pick<PackedFunction, 'endpoints' | 'routes'>,
  file: string,
): void {
  const folder = dirname(join(workspaceRoot, file));
  const parts = endpoints.flatMap(({ name, root }) => {
    const route = routes.find(({ endpoint }) => endpoint === name);
    const handlerFile = relative(folder, join(workspaceRoot, root, 'src/handler.ts'));
    return route ? [{ name, route: routeKey(route), handlerFile }] : [];
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(workspaceRoot, file), unitEntry(parts));
}
