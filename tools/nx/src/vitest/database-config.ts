import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import base from './config.ts';

/** For projects whose tests need a database: each test file gets its own, in DATABASE_URL. */
export default mergeConfig(base, {
  test: {
    globalSetup: [resolve('vitest-global-setup')],
    setupFiles: [resolve('vitest-setup')],
  },
});

function resolve(file: string): string {
  return fileURLToPath(import.meta.resolve(`@nanoservices/database/${file}`));
}
