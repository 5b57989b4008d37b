import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildTopology } from '@nanoservices/runtime/build-topology';
import { treeMemoryMb } from '@nanoservices/runtime/process-tree';
import { StartedWorkspace, WorkspaceCopy } from '@nanoservices/runtime/testing';
import { readTopologyFile } from '@nanoservices/workspace/topology';

/**
 * `nx run bench:topologies`: what each topology of this workspace costs: bytes of its bundles, time to build them from
 * nothing, init time of its functions, and their memory when each endpoint has been asked once. Linux only. Option:
 * `--rounds N` (default 5); topologies take turns.
 */
const at = process.argv.indexOf('--rounds');
const rounds = at === -1 ? 5 : Number(process.argv[at + 1]);
const workspace = new WorkspaceCopy();
const topologies = Object.keys(readTopologyFile(workspace.root).topologies);
const measured = new Map(topologies.map((name) => [name, new Map<string, number[]>()]));
const note = (topology: string, measure: string, value: number) => {
  const row = measured.get(topology) as Map<string, number[]>;
  row.set(measure, [...(row.get(measure) ?? []), value]);
};

for (let round = 0; round < rounds; round++) {
  for (let turn = 0; turn < topologies.length; turn++) {
    const topology = topologies[(turn + round) % topologies.length] as string;
    await build(topology);
    await run(topology);
  }
}
workspace.delete();
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify(Object.fromEntries([...measured].map(([name, row]) => [name, Object.fromEntries(row)]))),
  );
} else {
  console.table(
    Object.fromEntries(
      [...measured].map(([name, row]) => [
        name,
        Object.fromEntries([...row].map(([measure, values]) => [measure, summary(values)])),
      ]),
    ),
  );
}

async function build(topology: string): Promise<void> {
  await using built = await buildTopology(workspace.root, topology);
  const bytes = built.functions.map(({ bundle }) => statSync(bundle).size);
  note(topology, 'functions', built.functions.length);
  note(topology, 'kB in all', bytes.reduce((sum, size) => sum + size, 0) / 1000);
  note(topology, 'build ms', built.buildMs);
}

async function run(topology: string): Promise<void> {
  const args = ['--topology', topology, '--no-watch', '--logs', 'json'];
  const started = await new StartedWorkspace(workspace.root, args).ready();
  try {
    await sleep(500);
    const idle = treeMemoryMb(started.child.pid as number);
    const authorization = /Authorization: (Bearer [^']+)/.exec(started.output)?.[1] as string;
    const routes = [...started.output.matchAll(/^ {2}(GET|POST|PUT|PATCH|DELETE) +(\/\S*)/gm)];
    for (const [, method, path] of routes) {
      const url = started.url + (path as string).replace(/\{\w+\}/g, '0197f3a0-0000-7000-8000-00000000ffff');
      await fetch(url, { method: method as string, headers: { authorization } }).then((response) =>
        response.text(),
      );
    }
    await sleep(500);
    note(topology, 'MB of environments', treeMemoryMb(started.child.pid as number) - idle);
    const inits = [...started.output.matchAll(/"initDurationMs":([\d.]+)/g)].map(([, ms]) => Number(ms));
    note(topology, 'init ms of one', inits.reduce((sum, ms) => sum + ms, 0) / inits.length);
    note(
      topology,
      'init ms of all',
      inits.reduce((sum, ms) => sum + ms, 0),
    );
  } finally {
    await started.interrupt();
  }
}

function summary(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (value: number | undefined) => String(Number(value?.toPrecision(3)));
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map(round);
  return least === most ? `${median}` : `${median} (${least} to ${most})`;
}
