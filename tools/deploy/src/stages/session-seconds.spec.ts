import { expect, it } from 'vitest';
import { sessionSeconds } from './session-seconds.ts';

/** @param calls - callees by the names of functions */
const functions = (calls: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(calls).map(([name, callees]) => ({
    name,
    calls: callees.map((callee) => ({ endpoint: callee, function: callee })),
  }));
const rollout = { percent: [5, 25, 50], minutes: 10, maxErrorRate: 0.01 };

it('is an hour without a rollout', () => {
  expect(sessionSeconds({}, functions({ a: ['b'], b: [] }))).toBe(3600);
});

it.each([
  ['functions that do not call each other, whose rollouts run at once', { a: [], b: [], c: [] }, 1],
  ['a chain of calls', { a: ['b'], b: ['c'], c: [], d: ['c'] }, 3],
  ['a call to what is not deployed', { a: ['gone'] }, 1],
  ['a circle, in which one is first', { a: ['b'], b: ['a'] }, 2],
  ['a function that calls itself', { a: ['a'] }, 1],
  ['no function', {}, 0],
])('has the steps of %s', (_, calls, chain) => {
  expect(sessionSeconds({ rollout }, functions(calls))).toBe(3600 + chain * 3 * 600);
});

it('is a whole number of seconds', () => {
  const minutes = 0.015;
  expect(sessionSeconds({ rollout: { ...rollout, percent: [10], minutes } }, functions({ a: [] }))).toBe(
    3601,
  );
});

it('has the calls of a function in all topologies', () => {
  const all = [...functions({ a: ['b'], b: [] }), ...functions({ a: [] })];
  expect(sessionSeconds({ rollout }, all)).toBe(3600 + 2 * 3 * 600);
});
