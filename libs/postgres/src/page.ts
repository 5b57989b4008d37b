import { cursorAfter, type Page } from '@nanoservices/endpoint';

/**
 * Makes a page of rows that were read with `LIMIT limit + 1`: the extra row means that there is a next page.
 */
export function pageOf<Item extends { readonly id: string }>(rows: Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorAfter(last.id) : null };
}
