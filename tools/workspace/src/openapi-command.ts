/**
 * `nx run api:openapi`: writes the OpenAPI document of the API to libs/api/dist/openapi.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { apiDocument } from './api-document.ts';
import { readContracts } from './contract-file.ts';
import { readPacking } from './topology.ts';
import { UsageError } from './usage-error.ts';

const file = 'libs/api/dist/openapi.json';
const workspaceRoot = process.cwd();

try {
  const contracts = await readContracts(workspaceRoot, readPacking(workspaceRoot));
  const document = apiDocument(workspaceRoot, [...contracts.values()]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  console.log(`${file}: ${contracts.size} operations of OpenAPI ${document.openapi}`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
