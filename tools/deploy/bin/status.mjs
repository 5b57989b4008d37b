#!/usr/bin/env node
// Plain JavaScript, so that Node strips no types before the compile cache is on.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/deploy/compiled', import.meta.url)));
const { statusCommand } = await import('../src/operate/status-command.ts');
process.exitCode = await statusCommand(process.cwd(), process.argv.slice(2));
