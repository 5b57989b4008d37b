import { asyncHandler } from './small-handler.ts';

const forever = 'await new Promise((done) => setTimeout(done, 60_000));';

/** Handlers that end their environment, or leave something behind. */
export const ends = [
  asyncHandler('exits with 0', `process.exit(0);`),
  asyncHandler('exits with 3', `process.exit(3);`),
  asyncHandler('has an exit code, and answers', `process.exitCode = 9; return 'answer';`),
  asyncHandler('never settles', `await new Promise(() => {});`),
  asyncHandler('throws in a timer', `setTimeout(() => { throw new Error('uncaught'); }); ${forever}`),
  asyncHandler('throws a string in a timer', `setTimeout(() => { throw 'uncaught'; }); ${forever}`),
  asyncHandler('throws null in a timer', `setTimeout(() => { throw null; }); ${forever}`),
  asyncHandler('rejects without a listener', `Promise.reject(new Error('unhandled')); ${forever}`),
  asyncHandler('rejects with a string without a listener', `Promise.reject('unhandled'); ${forever}`),
  asyncHandler(
    'listens to rejections',
    `Promise.reject(new Error('handled')); await new Promise(setImmediate); return seen;`,
    {
      top: `let seen; process.on('unhandledRejection', (error) => { seen = error.message; });`,
    },
  ),
  asyncHandler(
    'listens to exceptions',
    `setTimeout(() => { throw new Error('handled'); }); await new Promise((done) => { process.once('uncaughtException', (error) => done(error.message)); }).then((message) => { seen = message; }); return seen;`,
    {
      top: `let seen;`,
    },
  ),
  asyncHandler(
    'leaves work behind',
    `if (event.first) { setTimeout(() => { late = 'done'; }, 30); return 'left'; }
  while (late === undefined) await new Promise((done) => setTimeout(done, 5)); return late;`,
    { top: 'let late;', events: [{ first: true }, {}] },
  ),
  asyncHandler(
    'finishes immediate work before the answer',
    `setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); return 'answer';`,
  ),
  asyncHandler('leaves an interval behind', `setInterval(() => {}, 5); return 'answer';`),
];
