import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { cursorAfter, PageQuery, page } from './pages.ts';

describe('a page query', () => {
  it('defaults to 20 items from the start', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 20 });
  });

  it('reads numbers from query strings, within 1 and 100', () => {
    expect(PageQuery.parse({ limit: '100' }).limit).toBe(100);
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '', '1,2']) {
      expect(PageQuery.safeParse({ limit }).success, limit).toBe(false);
    }
  });

  it('gives back the id its cursor was made from, for every id', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(PageQuery.parse({ cursor: cursorAfter(id) }).cursor).toBe(id);
      }),
    );
  });

  it('refuses everything that is not a cursor', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/^[A-Za-z0-9_-]{22}$/.test(text)),
        (cursor) => {
          expect(PageQuery.safeParse({ cursor }).success).toBe(false);
        },
      ),
    );
  });

  it('refuses unknown parameters', () => {
    expect(PageQuery.safeParse({ offset: '3' }).success).toBe(false);
  });
});

it('has null as the cursor after the last page', () => {
  expect(page(z.string()).parse({ items: ['a'], nextCursor: null })).toEqual({
    items: ['a'],
    nextCursor: null,
  });
});
