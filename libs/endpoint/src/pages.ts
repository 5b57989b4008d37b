import * as z from 'zod/mini';

/**
 * Where the next page starts. Opaque to clients; inside, the 16 bytes of the last id of the page before, so that
 * whatever matches the pattern is a cursor and a page can be read by key, not by offset.
 */
export const Cursor = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/, 'Not a cursor of this API'));

const lastId = z.pipe(
  Cursor,
  z.transform((cursor: string) => uuid(Buffer.from(cursor, 'base64url').toString('hex'))),
);

/** Query parameters of every list endpoint. */
export const PageQuery = z.strictObject({
  /** Items per page. */
  limit: z._default(z.coerce.number<number>().check(z.int(), z.minimum(1), z.maximum(100)), 20),
  cursor: z.optional(lastId),
});
export type PageQuery = z.output<typeof PageQuery>;

/** A page of `item`s; `nextCursor` is null on the last page. */
export function page<Item extends z.ZodMiniType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.nullable(Cursor) });
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The cursor of the page that follows the item with this id. */
export function cursorAfter(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
