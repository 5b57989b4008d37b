import { asyncHandler, module } from './small-handler.ts';

const store = `awslambda.InvokeStore`;

/** Handlers that read context, variables and folders. */
export const surroundings = [
  asyncHandler('has a context', `return { ...context, logStreamName: typeof context.logStreamName };`),
  asyncHandler(
    'has a context with these members',
    `return Object.entries(context).map(([key, value]) => [key, typeof value]);`,
  ),
  asyncHandler(
    'has an integer as remaining time',
    `const left = context.getRemainingTimeInMillis(); return [Number.isInteger(left), left <= 5000, left > 4000];`,
  ),
  asyncHandler(
    'has the ids of the caller',
    `return [context.xRayTraceId, context.tenantId, context.clientContext, process.env._X_AMZN_TRACE_ID];`,
    {
      invocation: {
        traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
        tenantId: 'tenant-1',
        clientContext: '{"custom":{"a":"b"}}',
      },
    },
  ),
  asyncHandler(
    'has a store of the invocation',
    `return [${store}.getRequestId(), ${store}.getXRayTraceId(), ${store}.getTenantId() ?? 'none', ${store}.hasContext()];`,
    {
      invocation: { traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793', tenantId: 'tenant-1' },
      events: [{}, {}],
    },
  ),
  asyncHandler(
    'keeps values in the store',
    `const before = ${store}.get('key') ?? 'none'; ${store}.set('key', event.value); return [before, ${store}.get('key')];`,
    {
      events: [{ value: 1 }, { value: 2 }],
    },
  ),
  asyncHandler(
    'cannot change the ids in the store',
    `${store}.set(Symbol.for('_AWS_LAMBDA_REQUEST_ID'), 'other');`,
  ),
  asyncHandler('has no store outside of an invocation', `return outside;`, {
    top: `const outside = [awslambda.InvokeStore.getRequestId(), awslambda.InvokeStore.hasContext()];`,
  }),
  asyncHandler('opts out of the global', `return typeof globalThis.awslambda;`, {
    environment: { AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: '1' },
  }),
  asyncHandler('has these variables', `return Object.fromEntries(Object.entries(process.env).sort());`, {
    environment: { OWN: 'a=b' },
  }),
  asyncHandler(
    'has these variables with JSON',
    `return [process.env.AWS_LAMBDA_LOG_FORMAT, process.env.AWS_LAMBDA_LOG_LEVEL];`,
    {
      logFormat: 'JSON',
    },
  ),
  asyncHandler(
    'is in UTC',
    `const date = new Date(0); return [date.getHours(), date.getTimezoneOffset(), String(date), date.toLocaleString(), Intl.DateTimeFormat().resolvedOptions().timeZone];`,
  ),
  asyncHandler(
    'is in its folder',
    `const { resolve } = await import('node:path'); return [process.cwd(), cwd(), resolve('x')];`,
    {
      top: `import { cwd } from 'node:process';`,
    },
  ),
  asyncHandler(
    'reads a file of its folder',
    `const { readFileSync } = await import('node:fs'); try { return readFileSync('data.txt', 'utf8'); } catch (error) { return error.code; }`,
    {
      files: { 'data.txt': 'text' },
    },
  ),
  asyncHandler(
    'changes its folder',
    `try { process.chdir('/'); return process.cwd(); } catch (error) { return error.code; }`,
  ),
  asyncHandler('knows its module', `return [import.meta.url, import.meta.dirname];`),
  asyncHandler(
    'has arguments',
    `return [process.argv.length, process.execArgv.filter((flag) => !flag.startsWith('--max')), process.version];`,
  ),
  module(
    'requires a package of Node',
    `import { createRequire } from 'node:module';\nexport const handler = () => createRequire(import.meta.url)('node:path').sep;`,
  ),
  asyncHandler('changes its variables', `process.env.OWN = 'changed'; return [before, process.env.OWN];`, {
    top: `const before = process.env.OWN;`,
    environment: { OWN: 'first' },
  }),
];
