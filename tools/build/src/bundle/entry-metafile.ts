import type { Metafile } from 'esbuild';
import { importedFiles } from './imported-files.ts';

/**
 * Cuts the metafile of one entry out of the metafile of a build of many. The result is the same as for a separate build.
 *
 * @param metafile - metafile of a build without code splitting: each output holds everything that its entry needs
 * @param output - the bundle of the entry, as the metafile names it
 */
export function entryMetafile(metafile: Metafile, output: string): Metafile {
  const bundle = metafile.outputs[output];
  if (!bundle?.entryPoint) throw new Error(`The metafile has no bundle ${output}.`);
  const files = new Set<string>();
  visit(metafile, bundle.entryPoint, files, new Set());
  return {
    inputs: pick(metafile.inputs, [...files]),
    outputs: pick(metafile.outputs, [`${output}.map`, output]),
  };
}

/** Visits files in esbuild's order: imports come before the file that imports them. */
function visit(metafile: Metafile, file: string, files: Set<string>, seen: Set<string>): void {
  // External modules are no inputs.
  if (!metafile.inputs[file] || seen.has(file)) return;
  seen.add(file);
  for (const { path } of importedFiles(metafile, file)) visit(metafile, path, files, seen);
  files.add(file);
}

function pick<Value>(all: Readonly<Record<string, Value>>, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.filter((key) => key in all).map((key) => [key, all[key] as Value]));
}
