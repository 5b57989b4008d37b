import { expect, it } from 'vitest';
import { textTable } from './text-table.ts';

it('has columns beside each other, without quotes and lines', () => {
  const rows = [
    ['get-order', '7', ''],
    ['list-orders', '12', 'rolled back from version 13'],
  ];
  expect(textTable(['function', 'version', 'drift'], rows)).toBe(
    [
      'function     version  drift',
      'get-order    7',
      'list-orders  12       rolled back from version 13',
    ].join('\n'),
  );
});

it('is its head where there are no rows', () => {
  expect(textTable(['secret', 'set'], [])).toBe('secret  set');
});
