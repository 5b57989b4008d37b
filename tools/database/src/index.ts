export { acquireDatabase, type DatabaseLease } from './acquire-database.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
