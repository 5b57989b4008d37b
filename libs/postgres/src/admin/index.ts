export { advisoryLocks } from './advisory-locks.ts';
export * from './grants.ts';
export { migrate, migrationsHash } from './migrate.ts';
export { applyRoles, dropRoles, type RolesOptions, roleNameLimit, withRolesLocked } from './roles.ts';
