import { type Grants, unionOfGrants } from '@nanoservices/data-access/grants';
import type { Contract } from '@nanoservices/endpoint';
import type { PackedFunction, Packing } from './topology.ts';

/** What a function needs of the database: all that the contracts of its endpoints declare. */
export function grantsOf(
  { endpoints }: Pick<PackedFunction, 'endpoints'>,
  contracts: ReadonlyMap<string, Pick<Contract, 'database'>>,
): Grants {
  return unionOfGrants(endpoints.map(({ name }) => contracts.get(name)?.database ?? {}));
}

/** What every endpoint and every unit needs, by name, whichever topology is used: so changing it changes no role. */
export function allGrants(
  { endpoints, units }: Packing,
  contracts: ReadonlyMap<string, Pick<Contract, 'database'>>,
): Map<string, Grants> {
  const alone = endpoints.map((endpoint) => ({ name: endpoint.name, endpoints: [endpoint] }));
  return new Map([...alone, ...units].map((packed) => [packed.name, grantsOf(packed, contracts)]));
}

/** How many privileges on tables these are. */
export function countPrivileges(grants: Grants): number {
  return Object.values(grants).reduce((sum, privileges) => sum + privileges.length, 0);
}
