import { asyncHandler, module } from './small-handler.ts';

/** Init phases that fail, and some that do not. */
export const inits = [
  module('has a syntax error', 'export const handler = (;'),
  module('throws at init', `throw new RangeError('at init');`),
  module('throws a string at init', `throw 'at init';`),
  module(
    'rejects at init',
    `await Promise.reject(Object.assign(new Error('rejected'), { code: 'E' }));\nexport const handler = () => 1;`,
  ),
  module(
    'waits at init',
    `await new Promise((done) => setTimeout(done, 20));\nexport const handler = () => 'ready';`,
  ),
  module('throws at init in a log of JSON', `throw new TypeError('at init');`, { logFormat: 'JSON' }),
  module('has a syntax error, in a log of JSON', 'export const handler = (;', { logFormat: 'JSON' }),
  module('exports no handler, in a log of JSON', 'export const other = 1;', { logFormat: 'JSON' }),
  module(
    'is a callback handler, in a log of JSON',
    'export const handler = (a, b, callback) => callback(null, 1);',
    {
      logFormat: 'JSON',
    },
  ),
  module(
    'requires no such package, in a log of JSON',
    `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('no-such-package');`,
    { logFormat: 'JSON' },
  ),
  module('imports no such package', `import 'no-such-package';\nexport const handler = () => 1;`),
  module('imports no such file', `import './no-such-file.mjs';\nexport const handler = () => 1;`),
  module(
    'requires no such package',
    `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('no-such-package');`,
  ),
  module(
    'imports no such name',
    `import { noSuchName } from 'node:fs';\nexport const handler = () => noSuchName;`,
  ),
  module(
    'imports another file',
    `import { value } from './other.mjs';\nexport const handler = () => value;`,
    {
      files: { 'other.mjs': 'export const value = 7;' },
    },
  ),
  module('exports no handler', 'export const other = 1;'),
  module('exports no function', `export const handler = { not: 'callable' };`),
  module('exports an empty handler', `export const handler = '';`),
  module('exports a handler by default', `export default { handler: () => 'default' };`),
  module('is a callback handler', 'export const handler = (event, context, callback) => callback(null, 1);'),
  module(
    'has a third parameter by default',
    'export const handler = async (event, context, more = 1) => more;',
  ),
  module('exits at init', `process.exit(3);`),
  module('never gets through its init', `await new Promise(() => {});\nexport const handler = () => 1;`),
  asyncHandler('logs at init', `console.log('called');`, {
    top: `console.log('loaded', 1); console.error('loud');`,
  }),
];
