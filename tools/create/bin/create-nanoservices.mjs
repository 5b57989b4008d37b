#!/usr/bin/env node
// Plain JavaScript that an old Node understands, so that it can say that it is too old.
const minimum = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < minimum[0] || (major === minimum[0] && minor < minimum[1])) {
  console.error(
    `create-nanoservices needs Node ${minimum.join('.')} or newer; this is ${process.versions.node}. Install one from https://nodejs.org.`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('#main');
  process.exitCode = await main(process.argv.slice(2));
}
