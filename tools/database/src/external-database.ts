import type { DatabaseFiles } from '@nanoservices/model';
import { describeConnection, migrationStatus } from '@nanoservices/postgres/admin';
import type { DatabaseLease } from './database-lease.ts';
import { type FunctionGrants, type FunctionRoles, functionUrl, grantAll } from './function-roles.ts';

/** The database of DATABASE_URL. It belongs to its user, so it is neither migrated nor seeded. */
export class ExternalDatabase implements DatabaseLease {
  readonly url: string;
  readonly isExternal = true;
  readonly notes: readonly string[];
  /** The roles of functions; undefined when functions connect as the role of DATABASE_URL. */
  readonly #roles: FunctionRoles | undefined;

  private constructor(url: string, hasRoles: boolean, notes: readonly string[]) {
    this.url = url;
    this.notes = notes;
    this.#roles = hasRoles ? { ownerUrl: url, prefix: 'test' } : undefined;
  }

  /** @param hasRoles - true for a test database, in which functions have roles */
  static async open(
    url: string,
    hasRoles: boolean,
    files: DatabaseFiles | undefined,
  ): Promise<ExternalDatabase> {
    return new ExternalDatabase(url, hasRoles, hasRoles ? [] : await complaints(url, files));
  }

  get description(): string {
    return `of DATABASE_URL at ${describeConnection(this.url)}`;
  }

  async grant(functions: FunctionGrants): Promise<void> {
    if (this.#roles) await grantAll(this.#roles, functions);
  }

  functionUrl(functionName: string): string {
    return this.#roles ? functionUrl(this.#roles, functionName) : this.url;
  }

  update(files: DatabaseFiles | undefined): Promise<string[]> {
    return complaints(this.url, files);
  }

  watch(): void {}

  async release(): Promise<void> {}
}

async function complaints(url: string, files: DatabaseFiles | undefined): Promise<string[]> {
  if (!files) return [];
  // Requests tell if the database cannot be reached.
  const { pending, problem } = await migrationStatus(url, files.migrations).catch(() => ({
    pending: [],
    problem: undefined,
  }));
  if (problem) return [problem];
  if (pending.length === 0) return [];
  return [
    `The database of DATABASE_URL lacks ${pending.join(', ')}. Bring it up to date: npx nanos database migrate`,
  ];
}
