import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreatedWorkspace,
  identity,
  personsEnvironment,
} from '../../proofs/own-workspace/created-workspace.ts';
import { publishPackages } from '../../proofs/own-workspace/published-packages.ts';
import { freePort } from '../../testbed/free-port.ts';
import { turns } from '../../testbed/turns.ts';
import { publish } from '../findings.ts';
import { type Contestant, contestantsWith } from './contestants.ts';

/**
 * `nx run lab:bench-first-answer`: from an empty folder to the first answer of a local API, as each framework's guide has it. The
 * packages come from a registry on this machine; a round that is not counted fills it, and the cache of npm. Options: `--rounds N`
 * (default 3), `--json`, `--record`.
 */
const option = process.argv.indexOf('--rounds');
const rounds = option === -1 ? 3 : Number(process.argv[option + 1]);

await using published = await publishPackages('first-answer');
const { person, root } = published;
const environment = person.withNode(24);
const contestants = contestantsWith(person, environment);
const rows: Record<string, Record<string, number[]>> = {};
for (const { contestant, round, index } of turns(contestants, rounds + 1)) {
  const folder = person.folder(join(root, `${round}-${index}`));
  const measured = await firstAnswer(contestant, folder, environment);
  process.stderr.write(`round ${round}: ${contestant.name}: ${JSON.stringify(measured)}\n`);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  if (round === 0) continue;
  const values = rows[contestant.name] ?? {};
  rows[contestant.name] = values;
  for (const [measure, value] of Object.entries(measured)) {
    values[measure] = [...(values[measure] ?? []), value];
  }
}
publish({ name: 'first-answer', title: 'From an empty folder to the first answer', rows });

/** Makes a workspace and asks its API. @returns seconds and megabytes */
async function firstAnswer(
  contestant: Contestant,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, number>>> {
  const startedAt = performance.now();
  const workspace = await contestant.create(folder);
  const seconds = () => (performance.now() - startedAt) / 1000;
  const created = seconds();
  const {
    command: [program, ...args],
    url,
  } = contestant.serve(await freePort());
  const child = spawn(program, args, {
    cwd: workspace,
    env: personsEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group, so that whatever the command starts ends with it.
    detached: true,
    ...identity,
  });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  try {
    assert.match(await answer(url, child, () => output), /Ada/);
    const answered = seconds();
    const size = await new CreatedWorkspace(workspace, environment).run(
      'du',
      '--summarize',
      '--block-size=1M',
      '.',
    );
    return { 's to create': created, 's to the first answer': answered, MB: Number.parseInt(size, 10) };
  } finally {
    try {
      process.kill(-(child.pid as number), 'SIGTERM');
    } catch {
      // It has ended, with all that it started.
    }
    await closed;
  }
}

/** Asks until there is an answer. @throws Error when the command has ended */
async function answer(url: string, child: ChildProcess, output: () => string): Promise<string> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return response.text();
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`The command ended before ${url} answered:\n${output()}`);
    await sleep(50);
  }
}
