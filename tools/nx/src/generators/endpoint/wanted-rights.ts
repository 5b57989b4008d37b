import { UsageError, type Workspace } from '@nanoservices/model';

/** Rights on a table, as the contract declares them. */
export interface WantedRights {
  readonly table: string;
  readonly privileges: readonly string[];
}

/** An endpoint to call. */
export interface WantedCall {
  readonly packageName: string;
  /** Name that its contract.ts exports the contract by. */
  readonly exportName: string;
}

const pattern =
  /^(?<table>\w+\.\w+)(?::(?<privileges>(?:select|insert|update|delete)(?:\+(?:select|insert|update|delete))*))?$/;

/**
 * Parses the values of `--database`: `orders.items:select+insert`.
 *
 * @throws UsageError when a value is malformed, or the workspace has no database
 */
export function wantedRights(values: readonly string[], { database }: Workspace): WantedRights[] {
  if (values.length > 0 && !database) {
    throw new UsageError('--database: this workspace has no lib with a "database" in its package.json.');
  }
  return values.map((value) => {
    const { table, privileges = 'select' } = pattern.exec(value)?.groups ?? {};
    if (table) return { table, privileges: [...new Set(privileges.split('+'))] };
    throw new UsageError(
      `--database "${value}" is no table with privileges: write it as in orders.items:select+insert.`,
    );
  });
}

/**
 * Finds the contracts of `--calls`.
 *
 * @throws UsageError with the choices when there is no such endpoint
 */
export function wantedCalls(names: readonly string[], { endpoints, contractFiles }: Workspace): WantedCall[] {
  return names.map((name) => {
    const callee = endpoints.find((one) => one.name === name);
    const file = contractFiles.find(({ contract }) => contract.name === name);
    if (callee && file) return { packageName: callee.packageName, exportName: file.exportName };
    const choices = endpoints.map((one) => one.name).join(', ');
    throw new UsageError(`--calls: there is no endpoint "${name}". There are: ${choices}.`);
  });
}
