/**
 * `nx run lab:scale-workspace --endpoints 1000 --directory /tmp/thousand`: generates a workspace with many endpoints, to
 * try the tools on.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '@nanoservices/model';
import { scaleWorkspace } from './scale-workspace.ts';

const { values } = parseArgs({ options: { endpoints: { type: 'string' }, directory: { type: 'string' } } });
const { endpoints = '', directory } = values;
try {
  if (!/^[1-9]\d{0,3}$/.test(endpoints)) {
    throw new UsageError(`--endpoints takes a number from 1 to 9999; not "${endpoints}".`);
  }
  const { root } = scaleWorkspace(Number(endpoints), directory && resolve(directory));
  console.log(`${endpoints} endpoints. Try them: cd ${root}, then npx nx run-many -t build`);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
