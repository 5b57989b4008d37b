/** The allocations of an invocation, in kilobytes. */
export interface Churn {
  readonly buffers: readonly number[];
  readonly strings: readonly number[];
}

/** Leftovers of the last sixteen invocations, as in a cache. */
const kept: unknown[] = Array.from({ length: 16 });
let turn = 0;

/** Allocates blocks of many sizes and keeps some for a while, so that free memory has holes. */
export const handler = async ({ buffers, strings }: Churn): Promise<number> => {
  const blocks = buffers.map((kilobytes) => Buffer.alloc(kilobytes * 1000, 1));
  const texts = strings.map((kilobytes) =>
    Array.from({ length: kilobytes }, (_, line) => `${turn} ${line} `.padEnd(1000, 'x')),
  );
  kept[turn % kept.length] = [blocks[turn % blocks.length], texts[turn % texts.length]];
  turn += 1;
  return turn;
};
