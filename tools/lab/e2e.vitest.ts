import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import '../nx/src/vitest/environment.ts';
import { reporters } from '../nx/src/vitest/reporters.ts';

/** Proofs that take too long for `npm test`: `*.e2e.ts`, one after the other. The targets of the lab select among them. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['tools/lab/proofs/**/*.e2e.ts'],
    reporters,
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    // Later steps depend on earlier ones.
    bail: 1,
  },
});
