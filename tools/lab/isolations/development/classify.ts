/** The result of a probe, as far as it was tried. */
export interface Observation {
  /** The message of the error that the change threw. */
  readonly threw?: string;
  /** True if the environment ended. */
  readonly ended?: boolean;
  /** True if the change is seen where it was made; undefined when there is nothing to see. */
  readonly seen?: boolean | undefined;
  /** True if another environment of the same kind, the neighbouring endpoint or the host sees it. */
  readonly seenByOthers?: boolean;
}

export type ProbeOutcome =
  | 'works'
  | 'own'
  | 'shared'
  | 'no effect'
  | 'ends the environment'
  | 'ends everything'
  | `throws: ${string}`;

/** The outcome for the code: an end is worse than an error, and a shared change worse than an isolated one. */
export function classify({ threw, ended, seen, seenByOthers }: Observation): ProbeOutcome {
  if (ended) return 'ends the environment';
  if (threw !== undefined) return `throws: ${threw}`;
  if (seen === undefined) return 'works';
  if (seenByOthers) return 'shared';
  return seen ? 'own' : 'no effect';
}
