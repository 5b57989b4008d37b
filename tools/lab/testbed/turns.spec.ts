import fc from 'fast-check';
import { expect, it } from 'vitest';
import { turns } from './turns.ts';

it('gives every contestant one turn a round, and each place equally often', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), (count, repetitions) => {
      const contestants = Array.from({ length: count }, (_, index) => `contestant ${index}`);
      const all = [...turns(contestants, count * repetitions)];
      const rounds = Object.values(Object.groupBy(all, ({ round }) => round));
      expect(rounds).toHaveLength(count * repetitions);
      for (const round of rounds) {
        expect(round?.map(({ contestant }) => contestant).toSorted()).toEqual(contestants);
      }
      for (let place = 0; place < count; place++) {
        const there = rounds.map((round) => round?.[place]?.index);
        for (const index of contestants.keys()) {
          expect(there.filter((one) => one === index)).toHaveLength(repetitions);
        }
      }
      expect(all.every(({ contestant, index }) => contestants[index] === contestant)).toBe(true);
    }),
  );
});
