import type { Stage } from '@nanoservices/model';
import { type ContractRecords, recordHash } from '../live/contract-records.ts';
import type { LiveFunctions } from '../live/live-functions.ts';
import { functionName, liveAlias } from '../stacks/names.ts';
import type { RecordedVersion } from './broken-callers.ts';

/** The live versions that have a record of their contracts. */
export async function liveRecords(
  stage: Stage,
  functions: LiveFunctions,
  records: ContractRecords,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<RecordedVersion[]> {
  const versions = [...known].map(async ([name, hashes]): Promise<RecordedVersion[]> => {
    const live = await functions.read(functionName(stage, name), liveAlias);
    if (!live || !hashes.has(recordHash(live.codeSha256))) return [];
    const record = await records.read(name, live.codeSha256);
    return record ? [{ function: name, version: live.version, record }] : [];
  });
  return (await Promise.all(versions)).flat();
}
