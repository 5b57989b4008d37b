import { countPrivileges, grantsOf } from '@nanoservices/workspace/function-grants';
import { bytesApart, duplicatedBytes } from '../bundles/shared-bytes.ts';
import { effectiveChanges } from '../history/read-history.ts';
import type { Figure } from '../report.ts';
import type { Measurements } from './measure-all.ts';
import type { Subject, Topology } from './subject.ts';
import { counted } from './summarise.ts';

/** What of a topology can be counted without running it. */
export interface Counts {
  readonly functions: number;
  readonly bytes: number;
  readonly largest: number;
  readonly zipped: number;
  readonly duplicated: number;
  /** Functions whose bytes a change of the past changed; of those that changed any. */
  readonly redeployed: Figure | undefined;
  /** Endpoints in these functions. */
  readonly endpointsRedeployed: Figure | undefined;
  /** Privileges on tables that an endpoint has, on average. */
  readonly privileges: number;
  /** Of them, those that it does not need. */
  readonly excessPrivileges: number;
}

export function countTopology(
  { contracts, packing }: Subject,
  { name, functions }: Topology,
  { builds, history }: Measurements,
): Counts {
  const build = builds.get(name)?.[0];
  const bundles = build?.bundles ?? [];
  const touched = effectiveChanges(history, packing.endpoints).map(({ changed }) =>
    functions.filter((one) => changed.has(one.name)),
  );
  const endpoints = packing.endpoints.length;
  const had = functions.reduce(
    (sum, one) => sum + one.endpoints.length * countPrivileges(grantsOf(one, contracts)),
    0,
  );
  const needed = packing.endpoints.reduce(
    (sum, one) => sum + countPrivileges(grantsOf({ endpoints: [one] }, contracts)),
    0,
  );
  return {
    functions: functions.length,
    bytes: bytesApart(bundles),
    largest: Math.max(...bundles.map(({ code }) => code.length)),
    zipped: build?.zippedBytes ?? 0,
    duplicated: duplicatedBytes(bundles),
    redeployed: average(touched.map((some) => some.length)),
    endpointsRedeployed: average(
      touched.map((some) => some.reduce((sum, one) => sum + one.endpoints.length, 0)),
    ),
    privileges: had / endpoints,
    excessPrivileges: (had - needed) / endpoints,
  };
}

function average(values: readonly number[]): Figure | undefined {
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { ...counted(mean), spread: [Math.min(...values), Math.max(...values)], runs: values.length };
}
