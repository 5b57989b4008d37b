import type { Revision } from '../live/live-functions.ts';

/**
 * - `skip`: what is live is what we have
 * - `code`: publish a new version of the function as it is configured, with our code
 * - `full`: bring the function's stack up to date first
 */
export type Action = 'skip' | 'code' | 'full';

export interface Decision {
  readonly action: Action;
  /** Why, for a person. */
  readonly reason: string;
}

/** What would be deployed. */
export interface Wanted {
  readonly codeSha256: string;
  readonly configuration: string;
}

/** A function on AWS: what requests reach, and what a new version would be published from. */
export interface Deployed {
  readonly live: Pick<Revision, 'codeSha256' | 'configuration'> | undefined;
  readonly latest: Pick<Revision, 'codeSha256' | 'configuration'> | undefined;
}

/**
 * Decides what a deployment must do for one function, from its hashes alone: the source of truth is AWS, not a file of
 * ours, so a deployment that was interrupted anywhere is finished by the next one.
 */
export function decide(wanted: Wanted, { live, latest }: Deployed, isForced = false): Decision {
  const isLive = live !== undefined;
  const isSameCode = live?.codeSha256 === wanted.codeSha256;
  const isSameConfiguration = live?.configuration === wanted.configuration;
  if (latest === undefined) return { action: 'full', reason: 'not deployed yet' };
  if (isForced) return { action: 'full', reason: 'forced' };
  if (isSameCode && isSameConfiguration) return { action: 'skip', reason: 'unchanged' };
  const changed = [...(isSameCode ? [] : ['code']), ...(isSameConfiguration ? [] : ['configuration'])];
  const reason = isLive ? `${changed.join(' and ')} changed` : 'an earlier deployment did not finish';
  // What would be published is configured as we want it: because nothing but code changed, or an earlier deployment
  // came this far.
  if (latest.configuration === wanted.configuration) return { action: 'code', reason };
  return { action: 'full', reason };
}
