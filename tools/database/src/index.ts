export { acquireDatabase, type DatabaseLease } from './acquire-database.ts';
export type { FunctionGrants } from './function-roles.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
