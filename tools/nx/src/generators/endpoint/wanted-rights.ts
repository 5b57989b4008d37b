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
 * Parses the values of `--database`: `orders.items:select+insert`. Several values for a table are united.
 *
 * @throws UsageError when a value is malformed, or the workspace has no database
 */
export function wantedRights(values: readonly string[], { database }: Workspace): WantedRights[] {
  if (values.length > 0 && !database) {
    throw new UsageError('--database: this workspace has no lib with a "database" in its package.json.');
  }
  const rights = new Map<string, Set<string>>();
  for (const value of values) {
    const { table, privileges = 'select' } = pattern.exec(value)?.groups ?? {};
    if (!table) {
      throw new UsageError(
        `--database "${value}" is no table with privileges: write it as in orders.items:select+insert.`,
      );
    }
    rights.set(table, new Set([...(rights.get(table) ?? []), ...privileges.split('+')]));
  }
  return [...rights].map(([table, privileges]) => ({ table, privileges: [...privileges] }));
}

/**
 * Finds the contracts of `--calls`. A name that is there twice counts once.
 *
 * @throws UsageError with the choices when there is no such endpoint
 */
export function wantedCalls(names: readonly string[], { endpoints, contractFiles }: Workspace): WantedCall[] {
  return [...new Set(names)].map((name) => {
    const callee = endpoints.find((one) => one.name === name);
    const file = contractFiles.find(({ contract }) => contract.name === name);
    if (callee && file) return { packageName: callee.packageName, exportName: file.exportName };
    const choices = endpoints.map((one) => one.name).join(', ');
    throw new UsageError(`--calls: there is no endpoint "${name}". There are: ${choices}.`);
  });
}
