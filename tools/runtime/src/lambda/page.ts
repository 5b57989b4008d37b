import { invalidParameter, validationError, violation } from './service-error.ts';

/** Lambda gives at most 50 items at once, whatever MaxItems asks for. */
const pageLimit = 50;
const maxItemsLimit = 10_000;

/** A part of a list, and the marker of the next one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly more: { readonly NextMarker?: string };
}

/**
 * Takes the page of a list that a request asks for by MaxItems and Marker. A marker holds the last key of the page before, so
 * no item is lost or repeated when others come and go in between.
 *
 * @param keyOf - unique key of an item, by which the list is sorted
 * @throws ServiceError when MaxItems is no number from 1 to 10,000, or the marker is not one of ours
 */
export function pageOf<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  query: URLSearchParams,
): Page<Item> {
  const size = Math.min(maxItems(query.get('MaxItems')), pageLimit);
  const after = lastKey(query.get('Marker'));
  const left = all
    .filter((item) => after === undefined || keyOf(item) > after)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const items = left.slice(0, size);
  const last = items.at(-1);
  const more = last !== undefined && left.length > size ? { NextMarker: marker(keyOf(last)) } : {};
  return { items, more };
}

function maxItems(text: string | null): number {
  if (text === null) return pageLimit;
  const broken = (constraint: string) => validationError(violation(text, 'maxItems', constraint));
  if (!/^-?\d+$/.test(text)) throw broken('be an integer');
  const number = Number(text);
  if (number < 1) throw broken('have value greater than or equal to 1');
  if (number > maxItemsLimit) throw broken(`have value less than or equal to ${maxItemsLimit}`);
  return number;
}

function marker(key: string): string {
  return Buffer.from(JSON.stringify({ after: key })).toString('base64url');
}

function lastKey(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  try {
    const { after } = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof after === 'string') return after;
  } catch {
    // Refused below.
  }
  throw invalidParameter(`Invalid marker: ${text}. Pass the NextMarker of the page before.`);
}
