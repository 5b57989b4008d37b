#!/usr/bin/env node
// Plain JavaScript, so that Node strips no types before the compile cache is on.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/runtime/compiled', import.meta.url)));
await import('../src/start/start-command.ts');
