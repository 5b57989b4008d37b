import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf } from './page.ts';

const page = (all: readonly string[], query: Record<string, string> = {}) =>
  pageOf(all, (item) => item, new URLSearchParams(query));

describe('a page', () => {
  it('has at most MaxItems, and at most 50', () => {
    const all = Array.from({ length: 120 }, (_, index) => String(index));
    expect(page(all).items).toHaveLength(50);
    expect(page(all, { MaxItems: '10000' }).items).toHaveLength(50);
    expect(page(all, { MaxItems: '7' }).items).toHaveLength(7);
  });

  it('has no marker when nothing follows', () => {
    expect(page(['a', 'b'], { MaxItems: '2' })).toEqual({ items: ['a', 'b'], more: {} });
    expect(page([], { MaxItems: '1' })).toEqual({ items: [], more: {} });
  });

  it('leads to all items, each once, in order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 60 }), (all, size) => {
        const seen: string[] = [];
        let marker: string | undefined;
        do {
          const { items, more } = page(all, { MaxItems: String(size), ...(marker && { Marker: marker }) });
          seen.push(...items);
          marker = more.NextMarker;
        } while (marker);
        expect(seen).toEqual([...all].sort());
      }),
    );
  });

  it('loses nothing when the item of its marker has gone', () => {
    const { more } = page(['a', 'b', 'c'], { MaxItems: '2' });
    expect(page(['a', 'c'], { Marker: more.NextMarker as string }).items).toEqual(['c']);
  });

  it.each(['0', '-1', '10001', 'ten', '', '1.5'])('is refused for MaxItems %j', (MaxItems) => {
    expect(() => page(['a'], { MaxItems })).toThrow(
      expect.objectContaining({ status: 400, type: 'ValidationException' }),
    );
  });

  it.each(['b', 'e30', '%%'])('is refused for the marker %j', (Marker) => {
    expect(() => page(['a'], { Marker })).toThrow(
      expect.objectContaining({ status: 400, type: 'InvalidParameterValueException' }),
    );
  });
});
