import { posix } from 'node:path';
import type { Metafile } from 'esbuild';
import { installedPackageOf, type WorkspacePackages } from './workspace-packages.ts';

const postgres = '@nanoservices/postgres';

/**
 * @returns the file of a bundle that connects to the application's database; undefined when none does. Imports that
 * esbuild has removed do not count.
 */
export function databaseClientIn({ outputs }: Metafile, packages: WorkspacePackages): string | undefined {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.keys(inputs))
    .filter((file) => /^database-url\.[cm]?[jt]s$/.test(posix.basename(file)))
    .find((file) => (packages.ownerOf(file)?.name ?? installedPackageOf(file)) === postgres);
}

/**
 * @param contracts - subject and verb: `functions/orders/get-order/src/contract.ts declares`
 * @param client - see {@link databaseClientIn}
 */
export function refuseDatabase(contracts: string, client: string): string {
  return `${contracts} no "database", and the bundle connects to PostgreSQL (${client}). Declare the rights, as in database: { 'shop.orders': ['select'] }, or remove the import.`;
}
