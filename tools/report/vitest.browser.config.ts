import { defineConfig } from 'vitest/config';

/** How a report looks, in a real browser. */
export default defineConfig({
  test: { include: ['tools/report/src/**/*.e2e.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
