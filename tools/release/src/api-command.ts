/** `node api-command.ts`: writes the reports of the public API into tools/release/api, for a review to see what changes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiReports } from './api-report.ts';
import { buildPackages } from './build-packages.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const reports = fileURLToPath(new URL('../api', import.meta.url));
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);
for (const folder of buildPackages(repository, join(repository, 'dist/packages')).values()) {
  for (const [file, text] of apiReports(folder)) {
    writeFileSync(join(reports, file), text);
    console.log(`tools/release/api/${file}`);
  }
}
