import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type Endpoint, isPlainHandler, type PackedFunction, routeKey } from '@nanoservices/model';
import { plainEntry, unitEntry } from './entry-source.ts';

/**
 * Finds the source of a function's bundle: the handler of an endpoint, or a module that is written here. That has the handlers of
 * all endpoints of a unit, or one handler that is plain.
 *
 * @param file - the module to write where one is needed, relative to the workspace root
 * @returns relative to the workspace root
 */
export function functionEntry(
  workspaceRoot: string,
  { kind, endpoints, routes }: Pick<PackedFunction, 'kind' | 'routes'> & FunctionEndpoints,
  file: string,
): string {
  const parts = endpoints.map(({ name, handler }) => ({
    name,
    handlerFile: relative(dirname(file), handler).replaceAll(sep, '/'),
    isPlain: isPlainHandler(workspaceRoot, handler),
  }));
  const [only] = parts;
  if (kind === 'endpoint' && only) {
    if (!only.isPlain) return endpoints[0]?.handler as string;
    write(workspaceRoot, file, plainEntry(only));
    return file;
  }
  const routed = parts.flatMap((part) => {
    const route = routes.find(({ endpoint }) => endpoint === part.name);
    return route ? [{ ...part, route: routeKey(route) }] : [];
  });
  write(workspaceRoot, file, unitEntry(routed));
  return file;
}

interface FunctionEndpoints {
  readonly endpoints: readonly Pick<Endpoint, 'name' | 'handler'>[];
}

function write(workspaceRoot: string, file: string, source: string): void {
  mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
  writeFileSync(join(workspaceRoot, file), source);
}
