import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseFiles, Layout } from '@nanoservices/model';
import { DatabaseMistake, describeConnection } from '@nanoservices/postgres/admin';
import type { DatabaseLease, DatabaseNews } from './database-lease.ts';
import { type DatabaseChanges, developmentUrl, ensureDevelopmentDatabase } from './development-database.ts';
import { type FunctionGrants, type FunctionRoles, functionUrl, grantFunctions } from './function-roles.ts';
import { leaseServer, type ServerLease } from './lease.ts';
import { watchSchema } from './schema-watch.ts';

/** The development database of the embedded server. */
export class EmbeddedDatabase implements DatabaseLease {
  readonly #server: ServerLease;
  readonly #roles: FunctionRoles;
  #files: DatabaseFiles | undefined;
  #granted: FunctionGrants = new Map();
  #watch: { close(): Promise<void> } | undefined;
  #released = false;
  /** Changes of the database, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #notes: readonly string[] = [];

  private constructor(server: ServerLease, files: DatabaseFiles | undefined) {
    this.#server = server;
    this.#files = files;
    this.#roles = { ownerUrl: developmentUrl(server), prefix: 'local' };
  }

  /** Starts, migrates and seeds what has to be. */
  static async open({ root, database }: Pick<Layout, 'root' | 'database'>): Promise<EmbeddedDatabase> {
    const opened = new EmbeddedDatabase(await leaseServer(root), database);
    try {
      const changes = await ensureDevelopmentDatabase(opened.#server, database);
      opened.#notes = changes.created ? [] : inWords(changes);
      return opened;
    } catch (error) {
      await opened.release();
      throw error;
    }
  }

  get url(): string {
    return this.#roles.ownerUrl;
  }

  get isExternal(): boolean {
    return false;
  }

  get description(): string {
    return `embedded PostgreSQL at ${describeConnection(this.url)}`;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  async grant(functions: FunctionGrants): Promise<void> {
    this.#granted = functions;
    await this.#inOrder(() => this.#correctRoles('exact'));
  }

  functionUrl(functionName: string): string {
    return functionUrl(this.#roles, functionName);
  }

  update(files: DatabaseFiles | undefined): Promise<string[]> {
    this.#files = files;
    return this.#inOrder(async () => inWords(await ensureDevelopmentDatabase(this.#server, files)));
  }

  watch(tell: (news: DatabaseNews) => void): void {
    let pending = false;
    let complaint: string | undefined;
    const mend = async () => {
      // Changes from now on need another look.
      pending = false;
      const failure = await this.#mend(tell).then(
        () => undefined,
        (error: Error) => (error instanceof DatabaseMistake ? error.message : error.stack),
      );
      if (failure && failure !== complaint && !this.#released) tell({ level: 'error', text: failure });
      complaint = failure;
    };
    this.#watch = watchSchema(this.url, () => {
      if (pending) return;
      pending = true;
      void this.#inOrder(mend);
    });
  }

  async release(): Promise<void> {
    this.#released = true;
    await this.#watch?.close();
    await this.#last;
    await this.#server.release();
  }

  /** Brings the database up to date, and the roles back to what was granted. */
  async #mend(tell: (news: DatabaseNews) => void): Promise<void> {
    for (let attempt = 1; !this.#released; attempt++) {
      try {
        const changes = inWords(await ensureDevelopmentDatabase(this.#server, this.#files));
        // Another process may have granted more, for contracts that this one has not read yet.
        const corrected = await this.#correctRoles('grant');
        if (corrected.length > 0) changes.push(`rights of ${corrected.join(', ')}`);
        if (changes.length > 0) tell({ level: 'info', text: `↻ database: ${changes.join(', ')}` });
        return;
      } catch (error) {
        // While the server restarts, connections break.
        if (error instanceof DatabaseMistake) throw error;
        if (attempt === 8) throw error;
        await sleep(50 * 2 ** attempt);
      }
    }
  }

  async #correctRoles(mode: 'exact' | 'grant'): Promise<string[]> {
    try {
      return await grantFunctions(this.#roles, this.#granted, mode);
    } catch (error) {
      if (!(error instanceof DatabaseMistake && /no such table/.test(error.message))) throw error;
      throw new DatabaseMistake(
        `${error.message} If the table was dropped by hand, recreate the database: npx nanos database reset`,
        { cause: error },
      );
    }
  }

  #inOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

function inWords({ created, applied, seeded }: DatabaseChanges): string[] {
  if (created) return ['created'];
  return [...(applied.length > 0 ? [`applied ${applied.join(', ')}`] : []), ...(seeded ? ['seed'] : [])];
}
