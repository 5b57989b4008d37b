/** `node build-command.ts`: builds the packages of the framework into dist/packages. */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackages } from './build-packages.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
for (const [name, folder] of buildPackages(repository, join(repository, 'dist/packages'))) {
  console.log(`${name} -> ${relative(repository, folder)}`);
}
