import * as z from 'zod/mini';

/**
 * Start of the next page, opaque to clients. It encodes the 16 bytes of the last id of the previous page, so every text
 * that matches the pattern is a cursor, and a page is read by key, not by offset.
 */
export const Cursor = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/, 'Not a cursor of this API'));

const lastId = z.pipe(
  Cursor,
  z.transform((cursor: string) => uuid(Buffer.from(cursor, 'base64url').toString('hex'))),
);

/** Query parameters of a list endpoint. */
export const PageQuery = z.strictObject({
  /** Maximum number of items. */
  limit: z._default(z.coerce.number<number>().check(z.int(), z.minimum(1), z.maximum(100)), 20),
  cursor: z.optional(lastId),
});
export type PageQuery = z.output<typeof PageQuery>;

/** Schema of a page of `item`s; `nextCursor` is null on the last page. */
export function page<Item extends z.ZodMiniType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.nullable(Cursor) });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Cursor of the page that follows the item with this id. */
export function cursorAfter(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
