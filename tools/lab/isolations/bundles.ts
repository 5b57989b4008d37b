import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { esbuildSettings, type UnitPart, unitEntry } from '@nanoservices/build';
import { readWorkspace, routeKey, UsageError, type Workspace } from '@nanoservices/model';
import { build } from 'esbuild';

const handlers = fileURLToPath(new URL('handlers/', import.meta.url));

/** The functions that are measured, as files; gone when disposed of. */
export interface Bundles extends Disposable {
  /** The bundle of a module in `handlers`, or of `fused`: caller and callee in one function. */
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
  const workspace = await readWorkspace(workspaceRoot);
  const { endpoints } = workspace;
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
  writeFileSync(join(entries, 'all.ts'), entryOfAll(workspace));
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
    // The entries are in a temporary folder; their imports are installed in the workspace.
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

function entryOfAll({ root, endpoints, contracts }: Workspace): string {
  return unitEntry(
    endpoints.flatMap((endpoint) => {
      const contract = contracts.get(endpoint.name);
      const handlerFile = join(root, endpoint.root, 'src/handler.ts');
      return contract ? [{ name: endpoint.name, route: routeKey(contract), handlerFile }] : [];
    }),
  );
}
