import { asyncHandler, module } from './small-handler.ts';

/** Handlers that return something. */
export const results = [
  asyncHandler('returns an object', `return { a: 1, nested: { list: [1, 'two', null] } };`),
  asyncHandler('returns a string', `return 'text "quoted" ż';`),
  asyncHandler('returns a number', `return 42;`),
  asyncHandler('returns NaN', `return { nan: NaN, infinite: 1 / 0 };`),
  asyncHandler('returns false', `return false;`),
  asyncHandler('returns null', `return null;`),
  asyncHandler('returns nothing', ``),
  asyncHandler('returns an empty string', `return '';`),
  asyncHandler('returns a date', `return new Date(0);`),
  asyncHandler('returns a Map and a Set', `return { map: new Map([[1, 2]]), set: new Set([1]) };`),
  asyncHandler('returns a Buffer', `return Buffer.from('ab');`),
  asyncHandler('returns an Error', `return Object.assign(new Error('no'), { code: 7 });`),
  asyncHandler(
    'returns undefined members',
    `return { gone: undefined, list: [undefined, () => 1, Symbol('s')] };`,
  ),
  asyncHandler('returns a function', `return () => 1;`),
  asyncHandler('returns a symbol', `return Symbol('s');`),
  asyncHandler('returns a BigInt', `return { big: 1n };`),
  asyncHandler('returns a BigInt, in a log of JSON', `return 1n;`, { logFormat: 'JSON' }),
  asyncHandler('returns a circle', `const circle = {}; circle.self = circle; return circle;`),
  asyncHandler('returns a toJSON() that throws', `return { toJSON() { throw new Error('no JSON'); } };`),
  asyncHandler('returns a toJSON() without a result', `return { toJSON() {} };`),
  asyncHandler('returns a toJSON() with a result', `return { toJSON: () => ({ a: 1 }) };`),
  asyncHandler('returns a getter that throws', `return { get a() { throw new TypeError('no'); } };`),
  asyncHandler('returns a million characters', `return 'ż'.repeat(1_000_000);`),
  asyncHandler('returns lone surrogates', `return ['\\ud800', '\\u2028', '\\0', '\\x7f'];`),
  asyncHandler('returns the event', `return event;`, {
    events: [{ a: [1, { b: 'ü' }] }, 'text', null, [], 12.5, true],
  }),
  module('returns without a promise', `export const handler = (event) => ({ sync: true, event });`),
  module('returns a thenable', `export const handler = () => ({ then: (resolve) => resolve('thenable') });`),
  module(
    'is a class method',
    `class A { b = 1; handler() { return [this === undefined, this?.b ?? 'no this']; } }
export const handler = new A().handler;`,
  ),
  module(
    'knows its arguments',
    `export const handler = function () { return [arguments.length, typeof arguments[2]]; };`,
  ),
  asyncHandler(
    'keeps its module between invocations',
    `return { count: ++count, same: first === (first ??= globalThis) };`,
    { top: 'let count = 0; let first;', events: [{}, {}, {}] },
  ),
];
