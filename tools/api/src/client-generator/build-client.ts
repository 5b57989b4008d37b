import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Workspace } from '@nanoservices/model';
import { clientCode } from './client-code.ts';
import { clientTypes } from './client-types.ts';

/** Figures of a generated client. */
export interface BuiltClient {
  readonly methods: number;
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/**
 * Generates the typed client of the API: an npm package without dependencies.
 *
 * @param folder - folder of the package, absolute; it is replaced
 * @throws UsageError when a contract has a type error
 */
export async function buildClient(
  { root, manifest, contractFiles }: Pick<Workspace, 'root' | 'manifest' | 'contractFiles'>,
  folder: string,
): Promise<BuiltClient> {
  const code = await clientCode(contractFiles.map(({ contract }) => contract));
  const files: Record<string, string> = {
    ...clientTypes(root, contractFiles),
    'index.js': code,
    'package.json': `${JSON.stringify(clientManifest(manifest), null, 2)}\n`,
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return {
    methods: contractFiles.length,
    bytes: Buffer.byteLength(code),
    gzippedBytes: gzipSync(code, { level: 9 }).length,
  };
}

function clientManifest({ name, version, license }: Workspace['manifest']): object {
  return {
    name: `${name}-client`,
    version,
    description: `The client of the HTTP API ${name}`,
    license,
    type: 'module',
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
  };
}
