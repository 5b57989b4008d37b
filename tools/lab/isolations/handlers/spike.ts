import { setTimeout as sleep } from 'node:timers/promises';

export interface Spike {
  readonly kind: 'buffers' | 'objects';
  readonly megabytes: number;
  /** The time for which it is held. */
  readonly holdMs: number;
}

/** Needs much memory for a while, and keeps nothing. */
export const handler = async ({ kind, megabytes, holdMs }: Spike): Promise<number> => {
  const hoard = kind === 'buffers' ? buffers(megabytes) : objects(megabytes);
  await sleep(holdMs);
  return hoard.length;
};

const buffers = (megabytes: number) => Array.from({ length: megabytes }, () => Buffer.alloc(2 ** 20, 1));

const objects = (megabytes: number) =>
  Array.from({ length: Math.round((megabytes * 2 ** 20) / objectBytes) }, (_, index) => ({
    index,
    half: index + 0.5,
  }));

/** In V8: three words and two fields, a number with a fraction, and the place in the array. */
const objectBytes = 5 * 8 + 2 * 8 + 8;
