import type { Grants } from '@nanoservices/data-access/grants';
import type { Traffic } from '../traffic/traffic-file.ts';

/** What is known of an endpoint, whichever function it is in. */
export interface EndpointFacts {
  readonly name: string;
  /** Its folder, relative to the workspace root. */
  readonly root: string;
  /** How long a request takes, with the endpoints it calls; measured here. */
  readonly serviceSeconds: number;
  readonly calls: readonly string[];
  readonly memoryMb: number;
  readonly grants: Grants;
  /** Bytes of each source file in the endpoint's own bundle, and of all of it. */
  readonly parts: ReadonlyMap<string, number>;
  readonly code: { readonly length: number };
}

/** The init time of a function by the bytes of its bundle. */
export interface InitModel {
  readonly fixedSeconds: number;
  readonly secondsPerByte: number;
}

/** All that a grouping is judged by. */
export interface Facts {
  readonly endpoints: readonly EndpointFacts[];
  /** Of each change in the past, the endpoints whose own bundle it changed; the oldest first. */
  readonly changes: readonly ReadonlySet<string>[];
  /** Whether there is such a past. Without, each endpoint is taken to change once. */
  readonly areChangesKnown: boolean;
  readonly init: InitModel;
  /** Of the units that there are, by {@link membersKey} of their endpoints. */
  readonly unitMemoryMb: ReadonlyMap<string, number>;
  readonly traffic: Traffic;
}

/** The same for the same endpoints, whatever their order. */
export function membersKey(members: readonly { readonly name: string }[]): string {
  return members
    .map(({ name }) => name)
    .sort()
    .join();
}

/**
 * A straight line through measured inits, by least squares. One that would fall, or has nothing to lean on, is level: more
 * code does not start sooner.
 */
export function fitInit(inits: readonly { readonly bytes: number; readonly seconds: number }[]): InitModel {
  const mean = (pick: (one: (typeof inits)[number]) => number) =>
    inits.reduce((sum, one) => sum + pick(one), 0) / Math.max(1, inits.length);
  const bytes = mean((one) => one.bytes);
  const seconds = mean((one) => one.seconds);
  const variance = mean((one) => (one.bytes - bytes) ** 2);
  const covariance = mean((one) => (one.bytes - bytes) * (one.seconds - seconds));
  const slope = variance === 0 ? 0 : Math.max(0, covariance / variance);
  // Through the origin, where the line would cross zero before it.
  if (slope * bytes > seconds) return { fixedSeconds: 0, secondsPerByte: seconds / bytes };
  return { fixedSeconds: seconds - slope * bytes, secondsPerByte: slope };
}
