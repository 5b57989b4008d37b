import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { CrashFiles } from './crash-fixture.ts';
import { runNeighbours } from './neighbours.ts';

export interface Unprotected {
  /** The error that the caller got; undefined when it was still waiting. */
  readonly error: string | undefined;
  readonly lost: number;
}

/** Crashes a function in the host itself, which is this process, as in any server without isolation. */
export async function measure({
  files,
  patienceMs,
}: {
  readonly files: CrashFiles;
  readonly patienceMs: number;
}): Promise<Unprotected> {
  const load = async (file: string) => (await import(pathToFileURL(file).href)).handler;
  const neighbour = await load(files.neighbour);
  const stop = runNeighbours(async () => ({ kind: 'payload', payload: await neighbour({}) }));
  await sleep(50);
  const crashing = load(files.crashing).then((handler) => handler({ crash: true }));
  const error = await Promise.race([
    crashing.then(
      () => undefined,
      (thrown: Error) => `${thrown.name}: ${thrown.message}`,
    ),
    sleep(patienceMs, undefined),
  ]);
  await sleep(50);
  const { lost } = await stop();
  return { error, lost };
}
