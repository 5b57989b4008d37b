import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** For projects whose tests need a database: each test file gets its own, in DATABASE_URL. */
export default mergeConfig(base, {
  test: { setupFiles: [new URL('../database/src/testing/vitest-setup.ts', import.meta.url).pathname] },
});
