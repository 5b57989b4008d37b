import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';

const folder = process.env.TEST_REPORTS;

/** With TEST_REPORTS, every run also writes a JSON report into this folder. `.ci/run` counts the tests in them. */
export const reporters: NonNullable<NonNullable<ViteUserConfig['test']>['reporters']> = folder
  ? ['default', ['json', { outputFile: join(folder, `vitest-${randomUUID()}.json`) }]]
  : ['default'];
