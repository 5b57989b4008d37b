import fc from 'fast-check';
import { expect, it } from 'vitest';
import { occurrencesIn } from './occurrences.ts';

const words = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\0', 'é', '😀'), maxLength: 40 });

it('marks what a search for each text finds', () => {
  fc.assert(
    fc.property(words, fc.array(words), fc.integer({ min: 1, max: 50 }), (text, searched, minLength) => {
      const occurrences = occurrencesIn(text);
      for (const one of searched) occurrences.mark(one, minLength);
      const expected = Array<boolean>(text.length).fill(false);
      for (const one of searched) {
        for (let length = one.length; length > 0 && length >= Math.min(minLength, one.length); length--) {
          const part = one.slice(0, length);
          for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            expected.fill(true, at, at + length);
          }
        }
      }
      const marks = occurrences.marks();
      expect(Array.from(expected, (_, at) => marks[at] ?? false)).toEqual(expected);
    }),
    { numRuns: 5000 },
  );
});
