import { asyncHandler, module } from './small-handler.ts';

/** Handlers that throw. */
export const errors = [
  asyncHandler('throws an Error', `throw new Error('boom');`),
  asyncHandler('throws a TypeError', `null.member;`),
  asyncHandler('throws a subclass', `throw new NotFound('order 1');`, {
    top: `class NotFound extends Error { status = 404; details = { id: 1 }; }`,
  }),
  asyncHandler('throws a named subclass', `throw new NotFound('order 1');`, {
    top: `class NotFound extends Error { name = 'OrderNotFound'; }`,
  }),
  asyncHandler(
    'throws an error with a code',
    `await import('node:fs').then((fs) => fs.readFileSync('/no/such/file'));`,
  ),
  asyncHandler(
    'throws an error with a cause',
    `throw new Error('outer', { cause: new RangeError('inner') });`,
  ),
  asyncHandler(
    'throws an AggregateError',
    `throw new AggregateError([new Error('one'), new TypeError('two')], 'both');`,
  ),
  asyncHandler('throws a frozen error', `throw Object.freeze(new Error('frozen'));`),
  asyncHandler(
    'throws an error in a circle',
    `const error = new Error('circle'); error.self = error; throw error;`,
  ),
  asyncHandler('throws an error with a BigInt', `throw Object.assign(new Error('big'), { big: 1n });`),
  asyncHandler('throws an error of several lines', `throw new Error('one\\ntwo\\nthree');`),
  asyncHandler('throws an error without a message', `throw new Error();`),
  asyncHandler(
    'throws an error without a stack',
    `const error = new Error('bare'); delete error.stack; error.stack = undefined; throw error;`,
  ),
  asyncHandler(
    'throws an error without a name',
    `throw Object.assign(new Error('nameless'), { name: undefined });`,
  ),
  asyncHandler(
    'throws an error with a numeric name',
    `throw Object.assign(new Error('numbered'), { name: 7 });`,
  ),
  asyncHandler('throws an error with DEL', `throw new Error('de\\x7fl');`),
  asyncHandler(
    'throws an error with a getter that throws',
    `const error = new Error('x'); Object.defineProperty(error, 'message', { get() { throw new Error('y'); } }); throw error;`,
  ),
  asyncHandler('throws a string', `throw 'text';`),
  asyncHandler('throws null', `throw null;`),
  asyncHandler('throws undefined', `throw undefined;`),
  asyncHandler('throws a number', `throw 42;`),
  asyncHandler('throws a BigInt', `throw 42n;`),
  asyncHandler('throws a symbol', `throw Symbol('s');`),
  asyncHandler('throws an object', `throw { code: 42 };`),
  asyncHandler('throws an object without a prototype', `throw Object.create(null);`),
  asyncHandler(
    'throws an object whose toString() throws',
    `throw { toString() { throw new Error('no'); } };`,
  ),
  asyncHandler(
    'rejects later',
    `await new Promise((_, reject) => setTimeout(reject, 5, new Error('late')));`,
  ),
  asyncHandler('lives on after an error', `if (event.fails) throw new Error('once'); return 'well';`, {
    events: [{ fails: true }, {}],
  }),
  module('throws without a promise', `export const handler = () => { throw new RangeError('sync'); };`),
  module(
    'throws JSON in a log of JSON',
    `export const handler = async () => { throw new (class Odd extends Error { code = 'E'; })('odd'); };`,
    {
      logFormat: 'JSON',
    },
  ),
  module('throws a string in a log of JSON', `export const handler = async () => { throw 'text'; };`, {
    logFormat: 'JSON',
  }),
];
