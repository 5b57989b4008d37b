/**
 * `node build-unit.ts <folder>`: builds the function of a unit, `dist/handler.mjs`, from an entry that is made from the
 * contracts of its endpoints.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { readContract } from './contract-file.ts';
import { esbuildSettings } from './esbuild-settings.ts';
import { readUnit } from './topology.ts';
import { unitEntry } from './unit-entry.ts';
import { UsageError } from './usage-error.ts';

const workspaceRoot = process.cwd();
const root = process.argv[2] as string;
const dist = join(workspaceRoot, root, 'dist');

try {
  const [unit] = readUnit(workspaceRoot, `${root}/package.json`);
  if (!unit) throw new UsageError(`${root}/package.json declares no "unit".`);
  const parts = await Promise.all(
    unit.endpoints.map(async (endpoint) => {
      const { method, path } = await readContract(workspaceRoot, endpoint);
      const handlerFile = relative(dist, join(workspaceRoot, endpoint.root, 'src/handler.ts'));
      return { name: endpoint.name, route: `${method} ${path}`, handlerFile };
    }),
  );
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const entry = join(dist, 'entry.ts');
  writeFileSync(entry, unitEntry(parts));
  const { metafile } = await build({
    ...esbuildSettings,
    external: [...esbuildSettings.external],
    entryPoints: [entry],
    entryNames: 'handler',
    outdir: dist,
    tsconfig: join(workspaceRoot, 'functions/tsconfig.json'),
    absWorkingDir: workspaceRoot,
    metafile: true,
  });
  writeFileSync(join(dist, 'meta.json'), JSON.stringify(metafile));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
