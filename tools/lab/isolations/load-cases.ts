import type { Bundles } from './bundles.ts';
import type { Contestant } from './contestants.ts';

/** A load case of the measurements of starts and environments: a bundle in a place. */
export interface LoadCase {
  readonly contestant: Contestant;
  /** The handler: one that does nothing, one real endpoint, or all of them in one function. */
  readonly load: 'nothing' | 'endpoint' | 'fused';
  readonly name: string;
  readonly bundle: string;
  /** The number of endpoints in the bundle. */
  readonly endpoints: number;
}

export function loadCasesOf(bundles: Bundles): readonly LoadCase[] {
  const { endpoint, all } = bundles;
  const nothing = { load: 'nothing', bundle: bundles.own('trivial'), endpoints: 1 } as const;
  const one = { load: 'endpoint', bundle: endpoint.bundle, endpoints: 1 } as const;
  const fused = { load: 'fused', ...all } as const;
  const of = (
    contestant: Contestant,
    what: string,
    load: Omit<LoadCase, 'contestant' | 'name'>,
  ): LoadCase => ({
    contestant,
    name: `${contestant}, ${what}`,
    ...load,
  });
  const isolations = ['process', 'thread'] as const;
  return [
    ...isolations.map((isolation) => of(isolation, 'a handler that does nothing', nothing)),
    of('in-process', 'a handler that does nothing', nothing),
    ...isolations.map((isolation) => of(isolation, endpoint.name, one)),
    of('in-process', endpoint.name, one),
    ...isolations.map((isolation) => of(isolation, `all ${all.endpoints} endpoints fused`, fused)),
  ];
}
