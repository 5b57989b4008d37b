import { cursorAfter, type Page } from '@nanoservices/validation';

/**
 * Makes a page of rows that were read with `LIMIT limit + 1`: the row too many tells that there is a next page.
 */
export function pageOf<Item extends { readonly id: string }>(rows: Item[], limit: number): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? cursorAfter(last.id) : null };
}
