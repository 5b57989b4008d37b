import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { SceneFiles } from './dying-function.ts';
import { letNeighboursAsk } from './neighbours.ts';

export interface Unprotected {
  /** What the caller is told; nothing when it was still waiting. */
  readonly told: string | undefined;
  readonly lost: number;
}

/** Lets a function die in the host itself, which is this process, as in any server without isolation. */
export async function measure({
  files,
  patienceMs,
}: {
  readonly files: SceneFiles;
  readonly patienceMs: number;
}): Promise<Unprotected> {
  const load = async (file: string) => (await import(pathToFileURL(file).href)).handler;
  const neighbour = await load(files.neighbour);
  const stop = letNeighboursAsk(async () => ({ kind: 'answer', payload: await neighbour({}) }));
  await sleep(50);
  const dying = load(files.mortal).then((mortal) => mortal({ die: true }));
  const told = await Promise.race([
    dying.then(
      () => undefined,
      (error: Error) => `${error.name}: ${error.message}`,
    ),
    sleep(patienceMs, undefined),
  ]);
  await sleep(50);
  const { lost } = await stop();
  return { told, lost };
}
