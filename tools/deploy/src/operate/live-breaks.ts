import { type ApiSnapshot, changesOf, permissionOf } from '@nanoservices/api/compatible';
import type { Breaking } from '@nanoservices/endpoint';
import type { Stage } from '@nanoservices/model';
import { requireAccount } from '../live/account.ts';
import { ContractRecords } from '../live/contract-records.ts';
import { lambdaClient } from '../live/lambda-client.ts';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { stackName } from '../stacks/names.ts';
import { type BrokenVersion, brokenCallers, type RecordedVersion } from './broken-callers.ts';
import { functionStacks } from './deployed-stage.ts';
import { liveRecords } from './live-records.ts';

/** A live version of an endpoint whose clients or live callers break. */
export interface LiveBreak {
  readonly endpoint: string;
  readonly function: string;
  readonly version: string;
  /** Changes that break clients of the live version. */
  readonly changes: readonly string[];
  readonly callers: readonly BrokenVersion[];
  /** Permission by the contract; for an endpoint that is gone, by the one that is live. */
  readonly permission?: Breaking;
}

/** The comparison of an API with what is live on a stage. */
export interface LiveComparison {
  readonly breaks: readonly LiveBreak[];
  /** Functions of which nobody knows the contracts: their live versions were deployed without a record. */
  readonly unknown: readonly string[];
}

/**
 * Compares the contracts of live versions with an API.
 *
 * @throws Failed when AWS cannot be used
 */
export async function liveBreaks(stage: Stage, after: ApiSnapshot): Promise<LiveComparison> {
  await requireAccount(stage);
  const stacks = new Stacks(stage.region);
  const functions = new LiveFunctions(lambdaClient(stage.region));
  const bucket = await stacks.resourceId(stackName(stage, 'platform'), 'ServerlessDeploymentBucket');
  if (bucket === undefined) return { breaks: [], unknown: [] };
  const records = new ContractRecords(stage.region, bucket);
  const [live, deployed] = await Promise.all([
    liveRecords(stage, functions, records),
    functionStacks(stacks, stage),
  ]);
  const recorded = new Set(live.map((one) => one.function));
  const breaks = breaksOf(live, after);
  return { breaks, unknown: [...deployed.keys()].filter((name) => !recorded.has(name)) };
}

/** The endpoints of live versions whose clients or live callers break with an API. */
export function breaksOf(live: readonly RecordedVersion[], after: ApiSnapshot): LiveBreak[] {
  return live.flatMap(({ record, function: holder, version }) =>
    record.endpoints.flatMap((endpoint): LiveBreak[] => {
      const changes = changesOf(endpoint, record.api, after).forClients;
      const callers = brokenCallers(endpoint, live, after);
      if (changes.length + callers.length === 0) return [];
      const permission = permissionOf(endpoint, record.api, after);
      return [{ endpoint, function: holder, version, changes, callers, ...(permission && { permission }) }];
    }),
  );
}
