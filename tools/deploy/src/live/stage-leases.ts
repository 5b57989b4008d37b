import type { Stage } from '@nanoservices/model';
import { Leases } from './lease.ts';

export interface LeaseOwner {
  /** The deployment bucket. */
  readonly bucket: string;
  /** Longest wait for another holder. Default: 600,000. */
  readonly waitMs?: number;
  /** Receiver of remarks for a person. */
  readonly tell: (line: string) => void;
}

/** The leases of a stage. Tests set the variable DEPLOY_LEASE_SILENCE_MS, so that they need not wait for a killed holder. */
export function stageLeases(stage: Stage, { bucket, waitMs = 600_000, tell }: LeaseOwner): Leases {
  return new Leases({
    bucket,
    region: stage.region,
    patienceMs: waitMs,
    silenceMs: Number(process.env.DEPLOY_LEASE_SILENCE_MS ?? 30_000),
    onWait: (name, holder) => tell(`${name}: waiting for ${holder}`),
  });
}
