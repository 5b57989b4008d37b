import { type ApiSnapshot, changesOf } from '@nanoservices/api/compatible';
import type { ContractRecord } from '../live/contract-records.ts';

/** A live version, and the contracts that it was built with. */
export interface RecordedVersion {
  readonly function: string;
  readonly version: string;
  readonly record: ContractRecord;
}

/** A live version that an endpoint breaks. */
export interface BrokenVersion {
  readonly function: string;
  readonly version: string;
  readonly changes: readonly string[];
}

/** The live versions that call an endpoint, and that its new contract breaks. A call within a function breaks nothing. */
export function brokenCallers(
  endpoint: string,
  live: readonly RecordedVersion[],
  after: ApiSnapshot,
): BrokenVersion[] {
  return live.flatMap(({ record, ...version }) => {
    const { endpoints, api } = record;
    const isCaller = endpoints.some((name) => api.endpoints[name]?.calls.includes(endpoint));
    if (!isCaller || endpoints.includes(endpoint)) return [];
    const { forCallers } = changesOf(endpoint, api, after);
    return forCallers.length > 0 ? [{ ...version, changes: forCallers }] : [];
  });
}
