import { defineConfig } from 'vitest/config';

/** What a person sees, and what a page of theirs can do: in a real browser. */
export default defineConfig({
  test: { include: ['tools/runtime/src/**/*.e2e.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
