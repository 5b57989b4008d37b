#!/usr/bin/env node
// Plain JavaScript, so that the compile cache is on before Node strips the first type: stripping and compiling the
// sources takes longer than running them.
import { enableCompileCache } from 'node:module';
import { workspaceRootOf } from './workspace-root.mjs';

const workspaceRoot = workspaceRootOf(process.cwd());
if (workspaceRoot) enableCompileCache(`${workspaceRoot}/node_modules/.cache/nanos/compiled`);
const { main } = await import('../src/command-line/main.ts');
process.exitCode = await main(workspaceRoot, process.argv.slice(2));
