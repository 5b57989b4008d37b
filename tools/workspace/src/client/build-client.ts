/**
 * `nx run api:client`: makes the typed client of the API, an npm package without dependencies in libs/api/dist/client.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { readContractFile, readContracts } from '../contract-file.ts';
import { readJson, readPacking } from '../topology.ts';
import { UsageError } from '../usage-error.ts';
import { clientCode } from './client-code.ts';
import { clientTypes } from './client-types.ts';

const folder = 'libs/api/dist/client';
const workspaceRoot = process.cwd();
const Package = z.looseObject({
  name: z.string(),
  version: z.string().default('0.0.0'),
  license: z.string().optional(),
});

try {
  const packing = readPacking(workspaceRoot);
  await readContracts(workspaceRoot, packing);
  const contracts = await Promise.all(
    packing.endpoints.map((endpoint) => readContractFile(workspaceRoot, endpoint)),
  );
  const { name, version, license } = readJson(workspaceRoot, 'package.json', Package);
  const code = await clientCode(
    workspaceRoot,
    contracts.map(({ contract }) => contract),
  );
  const files: Record<string, string> = {
    ...clientTypes(workspaceRoot, contracts),
    'index.js': code,
    'package.json': `${JSON.stringify(
      {
        name: `${name}-client`,
        version,
        description: `The client of the HTTP API ${name}`,
        license,
        type: 'module',
        sideEffects: false,
        exports: { '.': { types: './index.d.ts', default: './index.js' } },
      },
      null,
      2,
    )}\n`,
  };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const bytes = `${Buffer.byteLength(code)} bytes, ${gzipSync(code, { level: 9 }).length} compressed`;
  console.log(`${folder}: ${contracts.length} methods in ${bytes}`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
