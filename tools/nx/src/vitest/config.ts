import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { loadEnvironment } from './src/command-line/environment.ts';
import './vitest.environment.ts';
import { reporters } from './vitest.reporters.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// A spec sees the same variables with and without Nx.
await loadEnvironment(root);

/** For all projects. The target `test` narrows it to one with --dir. */
export default defineConfig({
  root,
  test: {
    include: ['**/*.spec.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/tmp/**'],
    env: { VALIDATE_RESPONSES: 'true', AWS_LAMBDA_LOG_LEVEL: 'FATAL' },
    reporters,
    // They end what hangs. A machine may be ten times as slow as another one, or as busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
