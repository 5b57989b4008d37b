import { PageQuery } from '@nanoservices/endpoint';
import { expect, it } from 'vitest';
import { pageOf } from './page.ts';

const rows = [1, 2, 3].map((n) => ({ id: `01980000-0000-7000-8000-00000000000${n}` }));

it('is the last page when no row is too many', () => {
  expect(pageOf(rows, 3)).toEqual({ items: rows, nextCursor: null });
  expect(pageOf([], 3)).toEqual({ items: [], nextCursor: null });
});

it('has a cursor after its last item when one row is too many', () => {
  const { items, nextCursor } = pageOf(rows, 2);
  expect(items).toEqual(rows.slice(0, 2));
  expect(PageQuery.parse({ cursor: nextCursor }).cursor).toBe(rows[1]?.id);
});
