import { treeMemoryMb } from '@nanoservices/report/measure';
import { type Contestant, starter } from '../contestants.ts';
import type { Churn } from '../handlers/churn.ts';

export interface ChurnToHave {
  readonly contestant: Contestant;
  readonly bundle: string;
  readonly invocations: number;
  /** The number of invocations between two looks at memory. */
  readonly every: number;
}

/** Megabytes of host and environment beyond the host alone: before, and after each `every` invocations. */
export async function measure({
  contestant,
  bundle,
  invocations,
  every,
}: ChurnToHave): Promise<readonly number[]> {
  const start = await starter();
  const host = treeMemoryMb(process.pid);
  const started = await start(contestant, { bundle, memorySize: 1024 });
  const megabytes = [treeMemoryMb(process.pid) - host];
  const sizes = randomSizes();
  for (let n = 1; n <= invocations; n++) {
    const churn: Churn = { buffers: sizes(8), strings: sizes(8) };
    await started.invoke(churn);
    if (n % every === 0) megabytes.push(treeMemoryMb(process.pid) - host);
  }
  await started.stop();
  return megabytes;
}

/** Sizes from 1 to 1000 kilobytes, small ones more often; the same for all contestants. */
export function randomSizes(): (count: number) => number[] {
  // A linear congruential generator, with the constants of POSIX's rand48.
  let state = 1n;
  const random = () => {
    state = (state * 0x5deece66dn + 0xbn) % 2n ** 48n;
    return Number(state) / 2 ** 48;
  };
  return (count) => Array.from({ length: count }, () => Math.round(1000 ** random()));
}
