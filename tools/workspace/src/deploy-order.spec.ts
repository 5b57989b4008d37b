import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deployGroups } from './deploy-order.ts';

const names = (groups: { name: string }[][]) => groups.map((group) => group.map(({ name }) => name));

it('deploys what is called before who calls it', () => {
  const functions = [
    { name: 'a', callees: ['b', 'elsewhere'] },
    { name: 'b', callees: ['c'] },
    { name: 'c', callees: [] },
    { name: 'd', callees: ['c'] },
  ];
  expect(names(deployGroups(functions))).toEqual([['c'], ['b', 'd'], ['a']]);
});

it('deploys together what calls each other', () => {
  const functions = [
    { name: 'a', callees: ['b'] },
    { name: 'b', callees: ['a'] },
    { name: 'c', callees: [] },
  ];
  expect(names(deployGroups(functions))).toEqual([['c'], ['a', 'b']]);
});

it('has every function once, whatever calls what', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const functions = fc.uniqueArray(fc.record({ name, callees: fc.array(name) }), {
    selector: (one) => one.name,
  });
  fc.assert(
    fc.property(functions, (all) => {
      expect(deployGroups(all).flat().length).toBe(all.length);
      expect(new Set(deployGroups(all).flat())).toEqual(new Set(all));
    }),
  );
});
