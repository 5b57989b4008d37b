import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('services/', import.meta.url));

/** Names of the Serverless services of this proof, written after shapes that public examples have. */
export const serviceNames: readonly string[] = globSync('*.txt', { cwd: folder })
  .map((file) => basename(file, '.txt'))
  .sort();

/**
 * Writes a service into a folder of its name.
 *
 * @param root - parent of that folder
 * @returns its configuration, absolute
 */
export function writeService(root: string, name: string): string {
  const [, ...files] = readFileSync(join(folder, `${name}.txt`), 'utf8').split(/^=== (\S+)\n/m);
  const paths: string[] = [];
  for (let index = 0; index < files.length; index += 2) {
    const path = join(root, name, files[index] as string);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, files[index + 1] as string);
    paths.push(path);
  }
  const file = paths.find((one) => basename(one).startsWith('serverless.'));
  if (!file) throw new Error(`${name}.txt has no configuration.`);
  return file;
}
