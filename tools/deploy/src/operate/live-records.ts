import type { Stage } from '@nanoservices/model';
import type { ContractRecords } from '../live/contract-records.ts';
import type { LiveFunctions, Revision } from '../live/live-functions.ts';
import { functionName, liveAlias } from '../stacks/names.ts';
import type { RecordedVersion } from './broken-callers.ts';

/** The live versions that have a record of their contracts. */
export async function liveRecords(
  stage: Stage,
  functions: LiveFunctions,
  records: ContractRecords,
): Promise<RecordedVersion[]> {
  const names = await records.functions();
  const versions = names.map(async (name): Promise<RecordedVersion[]> => {
    const live = await functions.read(functionName(stage, name), liveAlias);
    const record = live && (await records.read(name, live.codeSha256));
    if (!live || !record) return [];
    return [{ function: name, version: live.version, callees: calleesOf(stage, live), record }];
  });
  return (await Promise.all(versions)).flat();
}

function calleesOf(stage: Stage, { callees = {} }: Revision): Record<string, string> {
  const start = functionName(stage, '').length;
  return Object.fromEntries(Object.entries(callees).map(([name, callee]) => [name, callee.slice(start)]));
}
