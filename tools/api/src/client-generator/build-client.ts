import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isComplete } from '@nanoservices/endpoint';
import { importSchemas, type SchemaPackage, schemasModule, type Workspace } from '@nanoservices/model';
import { isSchema } from '../openapi/schema-names.ts';
import { clientCode } from './client-code.ts';
import { clientTypes, type NamedSchemas } from './client-types.ts';

/** Figures of a generated client. */
export interface BuiltClient {
  readonly methods: number;
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/**
 * Generates the typed client of the API: an npm package without dependencies. It has no method for a plain handler whose contract
 * describes no response.
 *
 * @param folder - folder of the package, absolute; it is replaced
 * @throws UsageError when a contract has a type error
 */
export async function buildClient(
  {
    root,
    manifest,
    contractFiles,
    schemas,
  }: Pick<Workspace, 'root' | 'manifest' | 'contractFiles' | 'schemas'>,
  folder: string,
): Promise<BuiltClient> {
  const described = contractFiles.flatMap(({ contract, ...file }) =>
    isComplete(contract) ? [{ ...file, contract }] : [],
  );
  const code = await clientCode(described.map(({ contract }) => contract));
  const files: Record<string, string> = {
    ...clientTypes(root, described, schemas && (await namedSchemas(root, schemas))),
    'index.js': code,
    'package.json': `${JSON.stringify(clientManifest(manifest), null, 2)}\n`,
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return {
    methods: described.length,
    bytes: Buffer.byteLength(code),
    gzippedBytes: gzipSync(code, { level: 9 }).length,
  };
}

async function namedSchemas(root: string, schemas: SchemaPackage): Promise<NamedSchemas> {
  const exported = Object.entries(await importSchemas(root, schemas));
  const names = exported.filter(([, value]) => isSchema(value)).map(([name]) => name);
  return { file: schemasModule(root, schemas), names };
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
