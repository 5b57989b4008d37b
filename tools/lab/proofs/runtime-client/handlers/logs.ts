import { asyncHandler, type SmallHandler } from './small-handler.ts';

const methods = `for (const method of ['trace', 'debug', 'log', 'info', 'warn', 'error', 'fatal']) console[method](method, 1);`;
const values = `console.log(); console.log(undefined); console.log(null); console.log('text'); console.log(1, 2n, Symbol('s')); console.log({ a: { b: { c: { d: 1 } } } });
  console.log([1, 'two']); console.log(new Map([[1, { a: 1 }]])); console.log(() => 1); console.log('%s is %d and %j %o %%', 'a', 1.5, { a: 1 }, [1]); console.log('%s'); console.log('100%', 'x');`;
const errors = `console.error(new Error('alone')); console.error('with', new TypeError('an error')); console.error({ error: new RangeError('inside') });
  console.warn(new Error('caused', { cause: new Error('cause') })); console.error('two', new Error('first'), new Error('second'));
  console.info(Object.assign(new Error('more'), { code: 'E', detail: { a: 1 } }));`;
const odd = `const circle = { a: 1 }; circle.self = circle; console.log(circle); console.log({ big: 1n }); console.log('one\\ntwo'); console.log('tab\\there'); console.log({ text: 'one\\ntwo' });`;

/** The name, and the same with the format JSON. */
const inBoth = (name: string, body: string, more: Partial<SmallHandler> = {}) =>
  (['Text', 'JSON'] as const).map((logFormat) =>
    asyncHandler(`${name}, ${logFormat}`, body, { ...more, logFormat }),
  );

/** Handlers that log. */
export const logs = [
  ...inBoth('logs by each method', methods),
  ...inBoth('logs values', values),
  ...inBoth('logs errors', errors),
  ...inBoth('logs circles and lines', odd),
  ...inBoth('logs from level WARN', methods, { environment: { AWS_LAMBDA_LOG_LEVEL: 'WARN' } }),
  ...inBoth('logs from level TRACE', methods, { environment: { AWS_LAMBDA_LOG_LEVEL: 'TRACE' } }),
  ...inBoth('logs from a level in small letters', methods, {
    environment: { AWS_LAMBDA_LOG_LEVEL: 'error' },
  }),
  ...inBoth('logs from an unknown level', methods, { environment: { AWS_LAMBDA_LOG_LEVEL: 'LOUD' } }),
  asyncHandler('logs the id of each request', `console.log('now'); return 1;`, { events: [{}, {}] }),
  asyncHandler(
    'logs by other methods',
    `console.table([{ a: 1 }]); console.dir({ a: 1 }); console.assert(false, 'assertion'); console.count();`,
  ),
  asyncHandler(
    'writes past the console',
    `process.stdout.write('out\\n'); process.stderr.write('err\\n'); return 1;`,
  ),
  asyncHandler('logs through a format variable in small letters', methods, {
    environment: { AWS_LAMBDA_LOG_FORMAT: 'json' },
  }),
  asyncHandler(
    'logs a fatal error',
    `console.log(console.log === console.info, typeof console.fatal); return 1;`,
  ),
  asyncHandler('warns', `process.emitWarning('careful', { code: 'W1' }); await new Promise(setImmediate);`),
];
