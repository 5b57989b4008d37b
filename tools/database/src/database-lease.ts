import type { DatabaseFiles } from '@nanoservices/model';
import type { FunctionGrants } from './function-roles.ts';

/** News for the person at the terminal. */
export interface DatabaseNews {
  readonly level: 'info' | 'error';
  readonly text: string;
}

/** The right to use a database until `release` or the end of the process. */
export interface DatabaseLease {
  /** Connection string of the owner of the tables. */
  readonly url: string;
  /** True for the database of DATABASE_URL. */
  readonly isExternal: boolean;
  /** Kind and address, without user and password. */
  readonly description: string;
  /** Changes that were needed, or a reason why the database of DATABASE_URL is not up to date. */
  readonly notes: readonly string[];
  /** Gives the roles of functions exactly these rights. A database of DATABASE_URL stays as it is. */
  grant(functions: FunctionGrants): Promise<void>;
  /** @returns the connection string of a function, as the role that `grant` made */
  functionUrl(functionName: string): string;
  /**
   * Applies new migrations, and a seed that has changed. A database of DATABASE_URL stays as it is.
   *
   * @returns the changes in words, as in `notes`
   * @throws DatabaseMistake when a migration or the seed fails, or an applied migration has changed
   */
  update(files: DatabaseFiles | undefined): Promise<string[]>;
  /** Keeps what was granted, whoever changes or recreates the database, until `release`. */
  watch(tell: (news: DatabaseNews) => void): void;
  release(): Promise<void>;
}
