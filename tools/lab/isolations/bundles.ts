import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContract } from '@nanoservices/workspace/contract-file';
import { esbuildSettings } from '@nanoservices/workspace/esbuild-settings';
import { type Endpoint, readPacking } from '@nanoservices/workspace/topology';
import { type UnitPart, unitEntry } from '@nanoservices/workspace/unit-entry';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { build } from 'esbuild';

const handlers = fileURLToPath(new URL('handlers/', import.meta.url));

/** The functions that the measurements run, as files; gone when disposed of. */
export interface Bundles extends Disposable {
  /** One of those in `handlers`, or `fused`: caller and callee in one function. */
  own(name: string): string;
  /** An endpoint of the workspace. */
  readonly endpoint: { readonly name: string; readonly bundle: string };
  /** All endpoints of the workspace in one function. */
  readonly all: { readonly endpoints: number; readonly bundle: string };
}

/**
 * Builds the functions as deployments build them.
 *
 * @param endpointName - the endpoint of the workspace to measure; by default the first one
 * @throws UsageError when there is no such endpoint
 */
export async function buildBundles(workspaceRoot: string, endpointName?: string): Promise<Bundles> {
  const { endpoints } = readPacking(workspaceRoot);
  const endpoint =
    endpointName === undefined ? endpoints[0] : endpoints.find(({ name }) => name === endpointName);
  if (!endpoint) {
    const known = endpoints.map(({ name }) => name).join(', ') || 'none';
    throw new UsageError(`--endpoint: there is no endpoint "${endpointName ?? ''}". There are: ${known}.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'isolations-'));
  const sources = globSync('*.ts', { cwd: handlers });
  const entries = join(folder, 'entries');
  mkdirSync(entries);
  writeFileSync(join(entries, 'all.ts'), await entryOfAll(workspaceRoot, endpoints));
  writeFileSync(join(entries, 'fused.ts'), unitEntry(['caller', 'callee'].map(ownPart)));
  await build({
    ...esbuildSettings,
    external: [...esbuildSettings.external],
    entryPoints: [
      ...sources.map((file) => ({ in: join(handlers, file), out: `own/${file.replace(/\.ts$/, '')}` })),
      { in: join(workspaceRoot, endpoint.root, 'src/handler.ts'), out: 'endpoint' },
      { in: join(entries, 'all.ts'), out: 'all' },
      { in: join(entries, 'fused.ts'), out: 'own/fused' },
    ],
    outdir: folder,
    // What the entries in the temporary folder import is installed in the workspace.
    nodePaths: [join(workspaceRoot, 'node_modules')],
    tsconfig: join(workspaceRoot, 'functions/tsconfig.json'),
    absWorkingDir: workspaceRoot,
    logLevel: 'error',
  });
  return {
    own: (name) => join(folder, 'own', `${name}.mjs`),
    endpoint: { name: endpoint.name, bundle: join(folder, 'endpoint.mjs') },
    all: { endpoints: endpoints.length, bundle: join(folder, 'all.mjs') },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const ownPart = (name: string): UnitPart => ({
  name,
  route: `POST /${name}`,
  handlerFile: join(handlers, `${name}.ts`),
});

async function entryOfAll(workspaceRoot: string, endpoints: readonly Endpoint[]): Promise<string> {
  const parts = await Promise.all(
    endpoints.map(async (endpoint) => {
      const { method, path } = await readContract(workspaceRoot, endpoint);
      const handlerFile = join(workspaceRoot, endpoint.root, 'src/handler.ts');
      return { name: endpoint.name, route: `${method} ${path}`, handlerFile };
    }),
  );
  return unitEntry(parts);
}
