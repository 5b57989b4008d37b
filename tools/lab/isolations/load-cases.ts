import type { Bundles } from './bundles.ts';
import type { Contestant } from './contestants.ts';

/** What is started to see what a start costs. */
export interface Occupant {
  readonly contestant: Contestant;
  /** What runs there: nothing, one real endpoint, or all of them in one function. */
  readonly load: 'nothing' | 'endpoint' | 'fused';
  readonly name: string;
  readonly bundle: string;
  /** How many endpoints each start brings. */
  readonly endpoints: number;
}

export function occupantsOf(bundles: Bundles): readonly Occupant[] {
  const { endpoint, all } = bundles;
  const nothing = { load: 'nothing', bundle: bundles.own('trivial'), endpoints: 1 } as const;
  const one = { load: 'endpoint', bundle: endpoint.bundle, endpoints: 1 } as const;
  const fused = { load: 'fused', ...all } as const;
  const of = (
    contestant: Contestant,
    what: string,
    load: Omit<Occupant, 'contestant' | 'name'>,
  ): Occupant => ({
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
