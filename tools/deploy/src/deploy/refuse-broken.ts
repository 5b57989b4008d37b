import { type ApiSnapshot, isPermitted, today } from '@nanoservices/api/compatible';
import { type Stage, UsageError } from '@nanoservices/model';
import type { ContractRecords } from '../live/contract-records.ts';
import type { LiveFunctions } from '../live/live-functions.ts';
import { liveRecords } from '../operate/live-records.ts';
import { brokenContracts, type Replacement } from './broken-contracts.ts';

/** A deployment, and the records of its stage. */
interface ChangedContracts {
  readonly stage: Stage;
  readonly functions: LiveFunctions;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
  /** Functions that have a live version. */
  readonly replacements: readonly Replacement[];
  readonly after: ApiSnapshot;
  readonly records: ContractRecords;
}

/** @throws UsageError when live callers of the changed functions would break, and no contract permits it */
export async function refuseBroken(contracts: ChangedContracts): Promise<void> {
  const { stage, functions, tell, replacements, after, records } = contracts;
  if (replacements.length === 0) return;
  const live = await liveRecords(stage, functions, records);
  const refusals = brokenContracts(replacements, live, after).flatMap(({ endpoint, callers, permission }) => {
    const named = callers
      .map((one) => `version ${one.version} of ${one.function} (${one.changes.join('; ')})`)
      .join(', ');
    if (permission && isPermitted(permission, today())) {
      tell(`${endpoint} breaks live callers, as its contract permits until ${permission.until}: ${named}.`);
      return [];
    }
    const ended = permission ? ` Its permission ended on ${permission.until}.` : '';
    return [`${endpoint} would break live callers: ${named}.${ended}`];
  });
  if (refusals.length === 0) return;
  throw new UsageError(
    `${refusals.join('\n')}\nNothing was deployed. Deploy the callers first, with code that takes both contracts, or keep what they know; callers of an endpoint that moves, together with its new function. To break them: "breaking": { reason, until } in the contract of the callee, for one that is removed in its last deployed contract.`,
  );
}
