export { advisoryLocks } from './advisory-locks.ts';
export { explainConnectionFailure, tryConnection } from './connection-failure.ts';
export * from './grants.ts';
export { migrate, migrationsHash } from './migrate.ts';
export { applyRoles, dropRoles, type RolesOptions, roleNameLimit, withRolesLocked } from './roles.ts';
