import { defineConfig } from 'vitest/config';

/** How a report looks in a real browser, and the whole command on small workspaces. */
export default defineConfig({
  test: { include: ['tools/report/src/**/*.e2e.ts'], testTimeout: 180_000, hookTimeout: 120_000 },
});
