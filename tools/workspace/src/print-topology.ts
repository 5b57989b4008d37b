/**
 * `nx run workspace:topology`: prints what each topology deploys: its functions, their endpoints, sizes where they are
 * built, limits, and what they may do in the database. The active one is marked.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readContracts } from './contract-file.ts';
import { countPrivileges, grantsOf } from './function-grants.ts';
import { type PackedFunction, packFunctions, readPacking, readTopologyFile } from './topology.ts';
import { UsageError } from './usage-error.ts';

/** Integrations of one HTTP API, and so functions behind it; a hard limit of API Gateway. */
const integrationLimit = 300;

const workspaceRoot = process.cwd();

try {
  const packing = readPacking(workspaceRoot);
  const file = readTopologyFile(workspaceRoot);
  const contracts = await readContracts(workspaceRoot, packing);
  for (const topology of Object.keys(file.topologies)) {
    const functions = packFunctions(packing, file, topology);
    const chosen = process.env.NANO_TOPOLOGY || file.active;
    const sizes = functions.map(bundleBytes);
    const total = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    console.log(
      `\n${topology}${topology === chosen ? ' (active)' : ''}: ${functions.length} of at most ${integrationLimit} functions, ${kilobytes(total)} in all`,
    );
    console.table(
      Object.fromEntries(
        functions.map(({ name, endpoints }, index) => [
          name,
          {
            endpoints: endpoints.map((one) => one.name).join(', '),
            bundle: kilobytes(sizes[index]),
            privileges: privileges(endpoints, contracts),
          },
        ]),
      ),
    );
  }
  console.log('Sizes are those of the last build: npx nx run-many -t build');
  console.log(
    'Privileges are on tables of the database, and how many more than its own an endpoint has on average.',
  );
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}

function bundleBytes({ root }: PackedFunction): number | undefined {
  const bundle = join(workspaceRoot, root, 'dist/handler.mjs');
  return existsSync(bundle) ? statSync(bundle).size : undefined;
}

/** A fused function has those of all its endpoints, and so each endpoint more than it needs. */
function privileges(
  endpoints: PackedFunction['endpoints'],
  contracts: Awaited<ReturnType<typeof readContracts>>,
): string {
  const together = countPrivileges(grantsOf({ endpoints }, contracts));
  const own = endpoints.map((endpoint) => countPrivileges(grantsOf({ endpoints: [endpoint] }, contracts)));
  const more = together - own.reduce((sum, count) => sum + count, 0) / endpoints.length;
  return more === 0 ? `${together}` : `${together} (+${more.toFixed(1)})`;
}

function kilobytes(bytes: number | undefined): string {
  return bytes === undefined ? 'not built' : `${(bytes / 1000).toFixed(0)} kB`;
}
