export { acquireDatabase, type DatabaseLease } from './acquire-database.ts';
export { demoUserId } from './demo-data.ts';
