import { workspaceRoot as root } from 'nx/src/utils/workspace-root.js';
import { defineConfig } from 'vitest/config';
import { loadEnvironment } from '../command-line/environment.ts';
import './environment.ts';
import { reporters } from './reporters.ts';

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
