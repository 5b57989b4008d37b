import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Isolation } from '@nanoservices/model';

// The sources, also where this module is compiled.
const source = fileURLToPath(new URL('../../src/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

const files = new Map<Isolation, Promise<string>>();

/**
 * Builds the program of environments as JavaScript, when its sources have changed. Otherwise every environment would strip
 * the types of the sources, which takes longer than the rest of its start.
 */
export function bootstrapFile(isolation: Isolation): Promise<string> {
  const file = files.get(isolation) ?? buildBootstrap(isolation);
  files.set(isolation, file);
  return file;
}

async function buildBootstrap(isolation: Isolation): Promise<string> {
  const hash = createHash('sha256');
  for (const path of globSync('{bootstrap,environment}/*.ts', { cwd: source }).sort()) {
    hash.update(readFileSync(source + path));
  }
  const target = `${cache}${isolation}-${hash.digest('hex').slice(0, 16)}.mjs`;
  if (existsSync(target)) return target;
  const { build } = await import('esbuild');
  const unfinished = `${target}.${process.pid}`;
  await build({
    entryPoints: [`${source}bootstrap/${isolation}.ts`],
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
  });
  // Two commands may build it at once: each renames a complete file.
  renameSync(unfinished, target);
  return target;
}
