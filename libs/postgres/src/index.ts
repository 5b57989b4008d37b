export { type Query, read, transaction } from './connection.ts';
export { createOnce, forgetKeys, type IdempotentRequest } from './idempotency.ts';
export { pageOf } from './page.ts';
