import { defineConfig } from 'vitest/config';

/** Deployments to an emulated AWS: slow, one after the other, and not a part of `npm test`. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['tools/deploy/src/**/*.e2e.ts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    // What comes after a failed step says nothing.
    bail: 1,
  },
});
