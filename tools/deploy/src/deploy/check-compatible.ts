import { type PackedFunction, type Stage, UsageError, type Workspace } from '@nanoservices/model';
import { ContractRecords } from '../live/contract-records.ts';
import type { LiveFunctions, Revision } from '../live/live-functions.ts';
import type { Stacks } from '../live/stacks.ts';
import { readArtifact } from '../packaging/artifact.ts';
import { functionName, liveAlias, stackName } from '../stacks/names.ts';
import type { Replacement } from './broken-contracts.ts';

/** The deployment to check. */
export interface CompatibilityCheck {
  readonly workspace: Workspace;
  readonly stage: Stage;
  /** The functions to deploy, already packaged. */
  readonly deployed: readonly PackedFunction[];
  readonly stacks: Stacks;
  readonly functions: LiveFunctions;
  /** Dry-run mode: nothing is going to be recorded. */
  readonly isDryRun: boolean;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
}

/** The contracts of a deployment that may go on. */
export interface CheckedContracts {
  /**
   * Functions that lose endpoints, and get none: their live versions answer the routes of these until the API sends them
   * elsewhere, so the new ones go live after the API.
   */
  readonly losing: ReadonlySet<string>;
  /** Records the contracts of the functions to deploy. Must be called before any of them is live. */
  record(bucket: string): Promise<void>;
}

const nothingToCheck: CheckedContracts = { losing: new Set(), record: async () => {} };

/** A function to deploy, the hash of its new code, and its live version. */
interface Candidate {
  readonly packed: PackedFunction;
  readonly codeSha256: string;
  readonly live: Revision | undefined;
}

/**
 * Refuses a deployment that would break live callers, unless the contract of the callee permits it. It counts what the live
 * versions were built with; callers that are deployed, too, are live until then.
 *
 * @throws UsageError that names the callee, its live callers, the changes and the way out
 */
export async function checkCompatible(check: CompatibilityCheck): Promise<CheckedContracts> {
  const { workspace, stage, deployed, stacks, functions } = check;
  const candidates = await Promise.all(
    deployed.map(async (packed): Promise<Candidate> => {
      const { codeSha256 } = readArtifact(workspace.root, stage, packed);
      const live = await functions.read(functionName(stage, packed.name), liveAlias);
      return { packed, codeSha256, live };
    }),
  );
  const changed = candidates.filter(({ live, codeSha256 }) => live?.codeSha256 !== codeSha256);
  const replaced = changed.filter(({ live }) => live);
  if ((check.isDryRun ? replaced : changed).length === 0) return nothingToCheck;
  // Only now: making a document takes longer than finding out that nothing changed.
  const { apiSnapshot, partOf } = await import('@nanoservices/api/compatible');
  const after = await apiSnapshot(workspace).catch((error) => {
    if (!(error instanceof UsageError)) throw error;
    check.tell(`Contracts are not compared with what live callers know. ${error.message}`);
  });
  if (!after) return nothingToCheck;
  // Before the first deployment, nothing is live.
  const bucket = await stacks.resourceId(stackName(stage, 'platform'), 'ServerlessDeploymentBucket');
  const replacements: Replacement[] = [];
  if (bucket !== undefined) {
    const { refuseBroken } = await import('./refuse-broken.ts');
    const records = new ContractRecords(stage.region, bucket);
    replacements.push(...(await replacementsOf(changed, records)));
    await refuseBroken({ ...check, records, replacements, after });
  }
  return {
    losing: new Set(replacements.filter(isLosing).map((one) => one.function)),
    record: async (target) => {
      const records = new ContractRecords(stage.region, target);
      await Promise.all(
        changed.map(({ packed, codeSha256, live }) => {
          const endpoints = namesIn(packed);
          const record = { endpoints, api: partOf(after, endpoints) };
          return records.write(packed.name, codeSha256, record, live?.codeSha256);
        }),
      );
    },
  };
}

function replacementsOf(changed: readonly Candidate[], records: ContractRecords): Promise<Replacement[]> {
  const live = changed.flatMap((one) => (one.live ? [{ ...one, live: one.live }] : []));
  return Promise.all(
    live.map(async ({ packed, live }) => ({
      function: packed.name,
      endpoints: namesIn(packed),
      record: await records.read(packed.name, live.codeSha256),
    })),
  );
}

function namesIn({ endpoints }: PackedFunction): string[] {
  return endpoints.map(({ name }) => name);
}

function isLosing({ endpoints, record }: Replacement): boolean {
  const before = record?.endpoints ?? [];
  const loses = before.some((name) => !endpoints.includes(name));
  return loses && endpoints.every((name) => before.includes(name));
}
