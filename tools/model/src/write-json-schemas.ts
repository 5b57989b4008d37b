/** `node tools/model/src/write-json-schemas.ts`: writes the JSON Schemas of tools/model/schemas. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from './json-schemas.ts';

const folder = fileURLToPath(new URL('../schemas', import.meta.url));

for (const { name, schema } of jsonSchemas()) {
  writeFileSync(`${folder}/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
}
execFileSync('npx', ['biome', 'format', '--write', folder], { stdio: 'inherit' });
