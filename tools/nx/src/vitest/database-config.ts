import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** For projects whose tests need a database: each test file gets its own, in DATABASE_URL. */
export default mergeConfig(base, {
  test: {
    globalSetup: [testing('vitest-global-setup.ts')],
    setupFiles: [testing('vitest-setup.ts')],
  },
});

function testing(file: string): string {
  return fileURLToPath(new URL(`../database/src/testing/${file}`, import.meta.url));
}
