import { type ApiSnapshot, changesOf } from '@nanoservices/api/compatible';
import { addressVariable } from '@nanoservices/endpoint';
import type { ContractRecord } from '../live/contract-records.ts';

/** A live version, and the contracts that it was built with. */
export interface RecordedVersion {
  readonly function: string;
  readonly version: string;
  /** Functions that it calls, without the stage in their names, by the variables with their addresses. */
  readonly callees: Readonly<Record<string, string>>;
  readonly record: ContractRecord;
}

/** A live version that an endpoint breaks. */
export interface BrokenVersion {
  readonly function: string;
  readonly version: string;
  readonly changes: readonly string[];
}

/**
 * The live versions that call an endpoint, and that its new contract breaks. A call within a function breaks nothing.
 *
 * @param left - functions that lose the endpoint: it breaks the versions that call it there, whatever its contract
 */
export function brokenCallers(
  endpoint: string,
  live: readonly RecordedVersion[],
  after: ApiSnapshot,
  left: readonly string[] = [],
): BrokenVersion[] {
  return live.flatMap((caller) => {
    const { function: name, version, record } = caller;
    const { endpoints, api } = record;
    const isCaller = endpoints.some((one) => api.endpoints[one]?.calls.includes(endpoint));
    if (!isCaller || endpoints.includes(endpoint)) return [];
    const callee = calleeOf(caller, endpoint);
    const hasMoved = endpoint in after.endpoints && callee !== undefined && left.includes(callee);
    const moved = hasMoved ? [`it is no longer in the function ${callee}`] : [];
    const changes = [...changesOf(endpoint, api, after).forCallers, ...moved];
    return changes.length > 0 ? [{ function: name, version, changes }] : [];
  });
}

/** The function to which a live version sends its calls of an endpoint; undefined when it calls it within its own. */
export function calleeOf(
  { callees }: Pick<RecordedVersion, 'callees'>,
  endpoint: string,
): string | undefined {
  return callees[addressVariable(endpoint)];
}
