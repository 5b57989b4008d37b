import type { Grants } from '@nanoservices/postgres/grants';
import type { Traffic } from '../traffic/traffic.ts';

/** Facts about an endpoint, in whichever function it is. */
export interface EndpointFacts {
  readonly name: string;
  /** Duration of a request, calls to other endpoints included; measured here. */
  readonly serviceSeconds: number;
  readonly calls: readonly string[];
  readonly memoryMb: number;
  readonly grants: Grants;
  /** Bytes in the endpoint's own bundle, by source file. */
  readonly parts: ReadonlyMap<string, number>;
  /** The whole bundle. */
  readonly code: { readonly length: number };
}

/** Init time of a function, as a linear function of the bytes of its bundle. */
export interface InitModel {
  readonly fixedSeconds: number;
  readonly secondsPerByte: number;
}

/** Everything that a grouping is scored by. */
export interface Facts {
  readonly endpoints: readonly EndpointFacts[];
  /** Names of the endpoints whose own bundle changed, for each change in the past; the oldest first. */
  readonly changes: readonly ReadonlySet<string>[];
  /** False without a history: each endpoint is then assumed to change once, alone. */
  readonly areChangesKnown: boolean;
  readonly init: InitModel;
  /** Memory settings of existing units, by {@link membersKey} of their endpoints. */
  readonly unitMemoryMb: ReadonlyMap<string, number>;
  readonly traffic: Traffic;
  /** Tells if settings of endpoints contradict each other in one function. Undefined when none do. */
  readonly contradict?: ((members: readonly { readonly name: string }[]) => boolean) | undefined;
}

/** A key for a group of endpoints, independent of their order. */
export function membersKey(members: readonly { readonly name: string }[]): string {
  return members
    .map(({ name }) => name)
    .sort()
    .join();
}

/**
 * A straight line through measured inits, by least squares. It never falls, as more code does not start sooner, and it is
 * level if all bundles have the same size.
 */
export function fitInit(inits: readonly { readonly bytes: number; readonly seconds: number }[]): InitModel {
  const mean = (pick: (one: (typeof inits)[number]) => number) =>
    inits.reduce((sum, one) => sum + pick(one), 0) / Math.max(1, inits.length);
  const bytes = mean((one) => one.bytes);
  const seconds = mean((one) => one.seconds);
  const variance = mean((one) => (one.bytes - bytes) ** 2);
  const covariance = mean((one) => (one.bytes - bytes) * (one.seconds - seconds));
  const slope = variance === 0 ? 0 : Math.max(0, covariance / variance);
  // A line that would cross zero goes through the origin.
  if (slope * bytes > seconds) return { fixedSeconds: 0, secondsPerByte: seconds / bytes };
  return { fixedSeconds: seconds - slope * bytes, secondsPerByte: slope };
}
