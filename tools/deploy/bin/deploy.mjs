#!/usr/bin/env node
// Plain JavaScript, so that Node strips no types before the compile cache is on.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/deploy/compiled', import.meta.url)));
const { deployCommand } = await import('../src/deploy/deploy-command.ts');
process.exitCode = await deployCommand(process.cwd(), process.argv.slice(2));
