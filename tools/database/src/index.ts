export { acquireDatabase, type DatabaseLease, type DatabaseNews } from './acquire-database.ts';
export { databaseFailure } from './database-failure.ts';
export { resetDevelopmentDatabase } from './development-database.ts';
export type { FunctionGrants } from './function-roles.ts';
