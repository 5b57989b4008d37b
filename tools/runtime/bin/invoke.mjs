#!/usr/bin/env node
// Plain JavaScript, so that Node strips no types before the compile cache is on: stripping and compiling the sources
// takes longer than running them.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/runtime/compiled', import.meta.url)));
await import('../src/invoke/invoke-command.ts');
