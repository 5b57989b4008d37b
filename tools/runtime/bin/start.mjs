#!/usr/bin/env node
// Plain JavaScript, so that Node strips no types before the compile cache is on.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));
enableCompileCache(`${workspaceRoot}node_modules/.cache/runtime/compiled`);
const { startCommand } = await import('../src/start/start-command.ts');
await startCommand(workspaceRoot, process.argv.slice(2));
