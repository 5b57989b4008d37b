export { advisoryLocks } from './advisory-locks.ts';
export { changePassword, isPasswordWrong } from './change-password.ts';
export { connect } from './connect.ts';
export { explainConnectionFailure, tryConnection } from './connection-failure.ts';
export {
  asRole,
  databaseOf,
  describeConnection,
  inDatabase,
  passwordOf,
  readConnectionString,
  serverOf,
} from './connection-string.ts';
export { DatabaseMistake } from './database-mistake.ts';
export { createDatabase, dropDatabase, hasDatabase } from './databases.ts';
export * from './grants.ts';
export { type MigrateOptions, migrate, migrationStatus } from './migrate.ts';
export { migrationsHash } from './migration-files.ts';
export { roleConfiguration } from './role-settings.ts';
export {
  applyRoles,
  connectionsOf,
  dropRoles,
  type RolesOptions,
  roleNameLimit,
  rolesWithPrefix,
  withRolesLocked,
} from './roles.ts';
export type { LiveVersion } from './schema-in-use.ts';
export { runSqlFile } from './sql-file.ts';
