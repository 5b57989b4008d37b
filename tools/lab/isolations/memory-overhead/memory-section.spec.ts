import { expect, it } from 'vitest';
import type { MeasuredMemory } from './measure-memory.ts';
import { memorySection } from './memory-section.ts';

const measured = (
  contestant: 'process' | 'thread',
  load: 'endpoint' | 'fused',
  mb: number,
  endpoints: number,
) => ({
  contestant,
  load,
  name: `${contestant}, ${load}`,
  bundle: '',
  endpoints,
  megabytes: [
    [50, 50 + mb, 50 + 4 * mb],
    [52, 52 + mb, 52 + 4 * mb],
  ],
});

it('says what one more environment takes, and one more endpoint', () => {
  const memory: MeasuredMemory = {
    counts: [0, 1, 4],
    cases: [
      measured('process', 'endpoint', 20, 1),
      measured('thread', 'endpoint', 10, 1),
      measured('process', 'fused', 26, 13),
    ],
  };
  const { text, parts } = memorySection(memory);
  expect(text[1]).toContain('20 MB as a process and 10 MB as a thread: 2 times');
  expect(text[1]).toContain('2 MB for each of its endpoints');
  const [table] = parts;
  const cells = [{ value: 51, spread: [50, 52] }, { value: 26 }, { value: 26 }, { value: 2, runs: 2 }];
  expect(table).toMatchObject({ rows: [{}, {}, { cells }] });
});
