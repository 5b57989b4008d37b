import type { Metafile } from 'esbuild';

/**
 * The metafile of one entry, as it would be had esbuild built this entry only.
 *
 * @param metafile - of a build of many entries, without code splitting: each output holds all that its entry needs
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

/** In the order of esbuild: what a file imports comes before it, in the order of its imports. */
function visit(metafile: Metafile, file: string, files: Set<string>, seen: Set<string>): void {
  // What is not an input is external.
  const input = metafile.inputs[file];
  if (!input || seen.has(file)) return;
  seen.add(file);
  for (const { path, external } of input.imports) if (!external) visit(metafile, path, files, seen);
  files.add(file);
}

function pick<Value>(all: Readonly<Record<string, Value>>, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.filter((key) => key in all).map((key) => [key, all[key] as Value]));
}
