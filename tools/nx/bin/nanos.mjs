#!/usr/bin/env node
// Plain JavaScript, so that the compile cache is on before Node strips the first type: stripping and compiling the
// sources takes longer than running them.
import * as module from 'node:module';
import { workspaceRootOf } from './workspace-root.mjs';

const workspaceRoot = workspaceRootOf(process.cwd());
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `nanos needs Node 24; this is ${process.versions.node}. npx nanos and npm scripts use the one from npm.`,
  );
  process.exitCode = 2;
} else {
  if (workspaceRoot) module.enableCompileCache(`${workspaceRoot}/node_modules/.cache/nanos/compiled`);
  const { main } = await import('#main');
  process.exitCode = await main(workspaceRoot, process.argv.slice(2));
}
