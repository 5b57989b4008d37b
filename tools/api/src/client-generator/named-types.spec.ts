import { expect, it } from 'vitest';
import { namedTypes } from './named-types.ts';

const order = { name: 'Order', text: '{ id: string; item: { size: number; }; }' };
const item = { name: 'Item', text: '{ size: number; }' };

it('names whole objects, the longest first, and lists what is used by name', () => {
  const page = { name: 'ListResponse', text: `{ items: ${order.text}[]; }` };
  expect(namedTypes([order, item], [page])).toEqual([
    item,
    { name: 'Order', text: '{ id: string; item: Item; }' },
    { name: 'ListResponse', text: '{ items: Order[]; }' },
  ]);
});

it('names nothing that is no object, not used, or has a name of the client', () => {
  const id = { name: 'Id', text: 'string' };
  const union = { name: 'Union', text: '{ a: 1; } | { b: 1; }' };
  const empty = { name: 'Empty', text: '{}' };
  const taken = { name: 'Client', text: '{ c: 1; }' };
  const request = {
    name: 'GetRequest',
    text: '{ id: string; x: { a: 1; } | { b: 1; }; y: {}; z: { c: 1; }; }',
  };
  expect(namedTypes([id, union, empty, taken, order], [request])).toEqual([request]);
});

it('gives two schemas of one type the first name', () => {
  const other = { ...item, name: 'Another' };
  expect(namedTypes([item, other], [{ name: 'GetResponse', text: item.text }])).toEqual([
    other,
    { name: 'GetResponse', text: 'Another' },
  ]);
});
