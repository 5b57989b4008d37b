/** What came of a probe, as far as it was tried. */
export interface Observation {
  /** The message of what the change threw. */
  readonly threw?: string;
  /** Whether what tried it ended. */
  readonly ended?: boolean;
  /** Whether the change is seen where it was made; nothing when there is nothing to see. */
  readonly seen?: boolean | undefined;
  /** Whether it is seen by another environment of the same kind, by the endpoint next to it, or by the host. */
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

/** What it means for the code: ending is worse than throwing, and being seen elsewhere worse than being one's own. */
export function classify({ threw, ended, seen, seenByOthers }: Observation): ProbeOutcome {
  if (ended) return 'ends the environment';
  if (threw !== undefined) return `throws: ${threw}`;
  if (seen === undefined) return 'works';
  if (seenByOthers) return 'shared';
  return seen ? 'own' : 'no effect';
}
