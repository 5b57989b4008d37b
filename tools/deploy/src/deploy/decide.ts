import type { Revision } from '../live/live-functions.ts';

/**
 * - `skip`: the live version has the wanted code and configuration
 * - `code`: update only the code, and publish a version
 * - `full`: update the function's stack first
 */
export type Action = 'skip' | 'code' | 'full';

export interface Decision {
  readonly action: Action;
  /** An explanation for a person. */
  readonly reason: string;
}

/** The hashes of a packaged function. */
export interface Wanted {
  readonly codeSha256: string;
  readonly configuration: string;
}

/** The hashes of a function on AWS: its live version, and its latest state, which would be published next. */
export interface Deployed {
  readonly live: Pick<Revision, 'codeSha256' | 'configuration'> | undefined;
  readonly latest: Pick<Revision, 'codeSha256' | 'configuration'> | undefined;
  /** The versions that rollbacks took away since the last deployment. */
  readonly rolledBack?: readonly Pick<Revision, 'codeSha256' | 'configuration' | 'version'>[];
}

/** Tells if a version is the wanted one. */
export function isWanted(wanted: Wanted, version: Deployed['live']): boolean {
  return version?.codeSha256 === wanted.codeSha256 && version.configuration === wanted.configuration;
}

/**
 * Decides from hashes alone what a deployment must do for one function. AWS holds the only record of what is deployed, so
 * the next deployment finishes one that was interrupted.
 */
export function decide(
  wanted: Wanted,
  { live, latest, rolledBack = [] }: Deployed,
  isForced = false,
): Decision {
  const isLive = live !== undefined;
  const isSameCode = live?.codeSha256 === wanted.codeSha256;
  const isSameConfiguration = live?.configuration === wanted.configuration;
  if (latest === undefined) return { action: 'full', reason: 'new' };
  if (isForced) return { action: 'full', reason: 'forced' };
  if (isSameCode && isSameConfiguration) return { action: 'skip', reason: 'unchanged' };
  const takenAway = rolledBack.find((one) => isWanted(wanted, one));
  if (takenAway) {
    // A version that a person found to be wrong stays away until a person says otherwise.
    return {
      action: 'skip',
      reason: `version ${takenAway.version} was rolled back; --force deploys it again`,
    };
  }
  const changed = [...(isSameCode ? [] : ['code']), ...(isSameConfiguration ? [] : ['configuration'])];
  const reason = isLive ? `${changed.join(' and ')} changed` : 'an earlier deployment did not finish';
  // Where the live version has another configuration, an earlier deployment may have come this far, and its stack may still roll back.
  if (isSameConfiguration && latest.configuration === wanted.configuration) return { action: 'code', reason };
  return { action: 'full', reason };
}
