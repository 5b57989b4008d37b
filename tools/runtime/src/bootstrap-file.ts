import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('./', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache/runtime/', import.meta.url));

let file: Promise<string> | undefined;

/**
 * The program that an environment starts with, as JavaScript: every environment would otherwise strip the types of
 * its sources anew, which takes longer than all the rest of its start. Built when the sources have changed.
 */
export function bootstrapFile(): Promise<string> {
  file ??= build();
  return file;
}

async function build(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of globSync('*.ts', { cwd: source, exclude: ['*.spec.ts'] }).sort()) {
    hash.update(readFileSync(source + path));
  }
  const target = `${cache}bootstrap-${hash.digest('hex').slice(0, 16)}.mjs`;
  if (existsSync(target)) return target;
  const { build } = await import('esbuild');
  const unfinished = `${target}.${process.pid}`;
  await build({
    entryPoints: [`${source}bootstrap.ts`],
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
  });
  // Two commands may build it at once: each puts a whole file in place.
  renameSync(unfinished, target);
  return target;
}
