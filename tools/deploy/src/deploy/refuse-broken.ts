import { type ApiSnapshot, changesOf, isPermitted } from '@nanoservices/api/compatible';
import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import type { ContractRecords } from '../live/contract-records.ts';
import type { LiveFunctions, Revision } from '../live/live-functions.ts';
import { brokenCallers } from '../operate/broken-callers.ts';
import { liveRecords } from '../operate/live-records.ts';

/** A function to deploy, the hash of its new code, and its live version. */
export interface Candidate {
  readonly packed: PackedFunction;
  readonly codeSha256: string;
  readonly live: Revision | undefined;
}

/** What is known of a deployment and of the stage. */
interface ChangedContracts {
  readonly stage: Stage;
  readonly functions: LiveFunctions;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
  /** The functions with new code. */
  readonly changed: readonly Candidate[];
  readonly after: ApiSnapshot;
  readonly records: ContractRecords;
}

/** @throws UsageError when live callers of the changed functions would break, and no contract permits it */
export async function refuseBroken(contracts: ChangedContracts): Promise<void> {
  const { stage, functions, tell, changed, after, records } = contracts;
  const endpoints = (await Promise.all(changed.map((one) => changedEndpoints(one, after, records)))).flat();
  if (endpoints.length === 0) return;
  const live = await liveRecords(stage, functions, records);
  const today = new Date().toISOString().slice(0, 10);
  const refusals = endpoints.flatMap((endpoint) => {
    const broken = brokenCallers(endpoint, live, after);
    if (broken.length === 0) return [];
    const callers = broken
      .map((one) => `version ${one.version} of ${one.function} (${one.changes.join('; ')})`)
      .join(', ');
    const permission = after.endpoints[endpoint]?.breaking;
    if (permission && isPermitted(permission, today)) {
      tell(`${endpoint} breaks live callers, as its contract permits until ${permission.until}: ${callers}.`);
      return [];
    }
    const ended = permission ? ` Its permission ended on ${permission.until}.` : '';
    return [`${endpoint} would break live callers: ${callers}.${ended}`];
  });
  if (refusals.length === 0) return;
  throw new UsageError(
    `${refusals.join('\n')}\nNothing was deployed. Deploy the callers first, with code that takes both contracts, or keep what they know. To break them: "breaking": { reason, until } in the contract of the callee.`,
  );
}

/** The endpoints whose contracts are not those of the live version; all of a function whose version has no record. */
async function changedEndpoints(
  { packed, live }: Candidate,
  after: ApiSnapshot,
  records: ContractRecords,
): Promise<string[]> {
  const record = live && (await records.read(packed.name, live.codeSha256));
  const names = packed.endpoints.map(({ name }) => name);
  if (!record) return names;
  return names.filter((name) => {
    const { forCallers, forClients } = changesOf(name, record.api, after);
    return !(name in record.api.endpoints) || forCallers.length + forClients.length > 0;
  });
}
