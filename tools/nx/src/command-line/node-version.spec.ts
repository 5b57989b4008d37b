import { expect, it } from 'vitest';
import { oldNodeAdvice, refuseOldNode } from './node-version.ts';

it.each(['20.19.5', '22.22.0'])(
  'Node %s is too old for endpoints, and told how to get another one',
  (version) => {
    expect(oldNodeAdvice(version)).toMatch(
      /^This is Node 2\d.*need Node 24\. .*npm install --save-dev node@24/,
    );
  },
);

it.each(['24.0.0', '26.1.0'])('Node %s runs endpoints', (version) => {
  expect(oldNodeAdvice(version)).toBeUndefined();
});

it('the Node of this repository runs them', refuseOldNode);
