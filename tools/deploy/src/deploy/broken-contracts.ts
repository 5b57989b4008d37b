import { type ApiSnapshot, changesOf, permissionOf } from '@nanoservices/api/compatible';
import type { Breaking } from '@nanoservices/endpoint';
import type { ContractRecord } from '../live/contract-records.ts';
import {
  type BrokenVersion,
  brokenCallers,
  calleeOf,
  type RecordedVersion,
} from '../operate/broken-callers.ts';

/** A function whose live version a deployment replaces. */
export interface Replacement {
  readonly function: string;
  /** Names of the endpoints of the new version. */
  readonly endpoints: readonly string[];
  /** Contracts of the live version; undefined when it was deployed without a record. */
  readonly record: ContractRecord | undefined;
}

/** An endpoint that breaks live callers. */
export interface BrokenContract {
  readonly endpoint: string;
  readonly callers: readonly BrokenVersion[];
  /** Permission by the contract; for an endpoint that is gone, by its last one. */
  readonly permission: Breaking | undefined;
}

/** Finds the endpoints whose live callers break when versions are replaced: by another contract, or since a function loses them. */
export function brokenContracts(
  replacements: readonly Replacement[],
  live: readonly RecordedVersion[],
  after: ApiSnapshot,
): BrokenContract[] {
  const changed = new Set(replacements.flatMap((one) => changedEndpoints(one, after)));
  const lost = Map.groupBy(replacements.flatMap(lostEndpoints), ({ endpoint }) => endpoint);
  return [...new Set([...changed, ...lost.keys()])].flatMap((endpoint): BrokenContract[] => {
    const losers = lost.get(endpoint) ?? [];
    const left = losers.map((one) => one.function);
    // One that is lost here may stay as it is elsewhere, with callers of its own.
    const concerned = changed.has(endpoint)
      ? live
      : live.filter((caller) => left.includes(calleeOf(caller, endpoint) ?? ''));
    const callers = brokenCallers(endpoint, concerned, after, left);
    if (callers.length === 0) return [];
    const known = losers[0]?.api ?? after;
    return [{ endpoint, callers, permission: permissionOf(endpoint, known, after) }];
  });
}

/** The endpoints whose contracts are not those of the live version; all of a function whose version has no record. */
function changedEndpoints({ endpoints, record }: Replacement, after: ApiSnapshot): readonly string[] {
  if (!record) return endpoints;
  return endpoints.filter((name) => {
    const { forCallers, forClients } = changesOf(name, record.api, after);
    return !(name in record.api.endpoints) || forCallers.length + forClients.length > 0;
  });
}

/** The endpoints that the live version has, and the new one has not. */
function lostEndpoints({ function: name, endpoints, record }: Replacement) {
  if (!record) return [];
  const lost = record.endpoints.filter((endpoint) => !endpoints.includes(endpoint));
  return lost.map((endpoint) => ({ endpoint, function: name, api: record.api }));
}
