import { posix, relative, sep } from 'node:path';
import { exportedHandler } from './exported-handler.ts';
import { isLinked, type OldPackages } from './old-packages.ts';
import type { ServiceFunction } from './service.ts';
import { ModuleTracer, type Obstacle, type SourceModule } from './trace-modules.ts';

/** The code of a function that can be taken over. */
export interface AdoptedHandler {
  readonly function: ServiceFunction;
  /** Module of the handler, absolute. */
  readonly file: string;
  readonly exportName: string;
  /** True when it answers by a callback. */
  readonly hasCallback: boolean;
  /** True for a module in TypeScript with `module.exports`, which the compiler does not see. */
  readonly isUntyped: boolean;
  /** The module and what it imports, by file. */
  readonly modules: ReadonlyMap<string, SourceModule>;
}

/** A function that cannot be taken over. */
export interface RefusedHandler {
  readonly function: ServiceFunction;
  readonly reason: string;
  /** The place in its code, where there is one. */
  readonly at?: Pick<Obstacle, 'file' | 'line'>;
}

/**
 * Finds the code of functions.
 *
 * @param folder - of the configuration, absolute: `handler` is relative to it
 */
export function adoptHandlers(
  folder: string,
  functions: readonly ServiceFunction[],
  packages: OldPackages,
): { readonly adopted: readonly AdoptedHandler[]; readonly refused: readonly RefusedHandler[] } {
  const tracer = new ModuleTracer(folder);
  const results = functions.map((one) => adopt(folder, one, packages, tracer));
  return {
    adopted: results.filter((one) => 'modules' in one),
    refused: results.filter((one) => 'reason' in one),
  };
}

function adopt(
  folder: string,
  of: ServiceFunction,
  { versions }: OldPackages,
  tracer: ModuleTracer,
): AdoptedHandler | RefusedHandler {
  // Lambda's rule: the export is everything after the first dot of the last part.
  const { dir, base } = posix.parse(of.handler);
  const [module = '', ...names] = base.split('.');
  const exportName = names.join('.');
  const refuse = (reason: string, at?: Pick<Obstacle, 'file' | 'line'>) => ({
    function: of,
    reason,
    ...(at && { at }),
  });
  if (!/^[A-Za-z_$][\w$]*$/.test(exportName))
    return refuse(`its handler "${of.handler}" is no export of a module`);
  const file = tracer.handlerFile(posix.join(dir, module));
  if (!file) {
    return refuse(
      `its handler's module ${posix.join(dir, module)} is not there: name its source, or build it first`,
    );
  }
  const { modules, obstacles } = tracer.trace(file);
  const [obstacle] = obstacles;
  if (obstacle) return refuse(`it ${obstacle.reason}`, obstacle);
  for (const module of modules.values()) {
    if (isBuilt(folder, module.file))
      return refuse('its code is build output: name its source', { file: module.file, line: 1 });
    const linked = [...module.packages].find((name) => isLinked(versions[name]));
    if (linked) {
      return refuse(
        `it imports ${linked}, which is ${versions[linked]}: publish it, or move it into libs first`,
        { file: module.file, line: 1 },
      );
    }
  }
  const text = modules.get(file)?.content.toString() ?? '';
  const { isMissing, isCommonJs, hasCallback } = exportedHandler(file, text, exportName);
  if (isMissing) return refuse(`the module exports no "${exportName}"`, { file, line: 1 });
  const isUntyped = isCommonJs && /\.[cm]?tsx?$/.test(file);
  return { function: of, file, exportName, hasCallback, isUntyped, modules };
}

/** Folders that a build neither watches nor caches. */
function isBuilt(folder: string, file: string): boolean {
  return relative(folder, file)
    .split(sep)
    .slice(0, -1)
    .some((part) => /^(?:dist|artifact|tmp|node_modules)$|^\.(?!\.?$)/.test(part));
}
