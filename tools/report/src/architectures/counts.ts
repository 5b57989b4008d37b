import { countPrivileges, type PackedApplication, type Workspace } from '@nanoservices/model';
import { duplicatedBytes, totalBytes } from '../bundles/shared-bytes.ts';
import { effectiveChanges } from '../history/read-history.ts';
import type { Figure } from '../report.ts';
import type { Measurements } from './measure-all.ts';
import { counted } from './summarise.ts';

/** Figures of a topology that can be counted without running it. */
export interface Counts {
  readonly functions: number;
  /** Bytes of all bundles. */
  readonly bytes: number;
  /** Bytes of the largest bundle. */
  readonly largest: number;
  /** Bytes of all zips. */
  readonly zipped: number;
  /** Bytes that more than one bundle has. */
  readonly duplicated: number;
  /** Functions redeployed by a past change that changed any; undefined without such a change. */
  readonly redeployed: Figure | undefined;
  /** Endpoints in these functions. */
  readonly endpointsRedeployed: Figure | undefined;
  /** Privileges on tables that an endpoint has, on average. */
  readonly privileges: number;
  /** Privileges that an endpoint has and does not need, on average. */
  readonly excessPrivileges: number;
}

export function countApplication(
  workspace: Workspace,
  { topology, functions }: PackedApplication,
  { builds, history }: Measurements,
): Counts {
  const build = builds.get(topology)?.[0];
  const bundles = build?.bundles ?? [];
  const redeployed = effectiveChanges(history, workspace.endpoints).map(({ changed }) =>
    functions.filter(({ name }) => changed.has(name)),
  );
  const endpoints = workspace.endpoints.length;
  const had = functions.reduce((sum, one) => sum + one.endpoints.length * countPrivileges(one.grants), 0);
  const needed = workspace.endpoints.reduce(
    (sum, { name }) => sum + countPrivileges(workspace.functionNamed(name).grants),
    0,
  );
  return {
    functions: functions.length,
    bytes: totalBytes(bundles),
    largest: Math.max(...bundles.map(({ code }) => code.length)),
    zipped: build?.zippedBytes ?? 0,
    duplicated: duplicatedBytes(bundles),
    redeployed: average(redeployed.map((some) => some.length)),
    endpointsRedeployed: average(
      redeployed.map((some) => some.reduce((sum, one) => sum + one.endpoints.length, 0)),
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
