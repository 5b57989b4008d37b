export { acquireDatabase, type DatabaseLease } from './acquire-database.ts';
