/**
 * Keys of all advisory locks of this framework. They are in one place so that no two are the same. The numbers are
 * arbitrary and must not change: processes of different versions share them.
 *
 * @see https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export const advisoryLocks = {
  /** Shared by all sessions of the embedded server, exclusive for its stop. */
  serverLease: 4_710_301,
  /** Guard of changes to the development database. */
  developmentDatabase: 4_710_302,
  /** Guard of the template for test databases, while it is made. */
  testTemplate: 4_710_303,
  /** Guard of changes to the roles of functions. */
  roles: 4_710_305,
  /** Guard of migrations: the key of node-pg-migrate, so that its own command line waits, too. */
  migrations: 7_241_865_325_823_964n,
} as const;
