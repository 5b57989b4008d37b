export { acquireDatabase } from './acquire-database.ts';
export { databaseFailure } from './database-failure.ts';
export type { DatabaseLease } from './database-lease.ts';
export { resetDevelopmentDatabase } from './development-database.ts';
export type { FunctionGrants } from './function-roles.ts';
