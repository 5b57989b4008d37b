import type { Grants } from '@nanoservices/postgres/grants';
import { groupBytes } from '../bundles/shared-bytes.ts';
import { coldStartsPerSecond } from '../traffic/cold-starts.ts';
import { type EndpointFacts, type Facts, membersKey } from './facts.ts';

/** Contributions of one function to the figures of a topology, which are their sums. */
export interface GroupFigures {
  /** US dollars a month. */
  readonly cost: number;
  /** Cold starts per hour. */
  readonly coldStarts: number;
  /** Seconds that requests wait for inits, per hour. */
  readonly coldSeconds: number;
  /** Probability that a change redeploys the function. */
  readonly redeployed: number;
  /** Endpoints that a change redeploys with it, on average. */
  readonly endpointsRedeployed: number;
  /** Share of all requests that other endpoints lose if one does not start, averaged over all endpoints. */
  readonly lostToOthers: number;
  /** Privileges on tables that endpoints have and do not need, averaged over all endpoints. */
  readonly excessPrivileges: number;
  readonly bytes: number;
}

/** 730 hours, as in AWS's pricing calculator. */
export const secondsPerMonth = 730 * 3600;

/** Computes the figures of any group of endpoints as one function. */
export type FigureCalculator = (members: readonly EndpointFacts[], memoryMb?: number) => GroupFigures;

export function figureCalculator(facts: Facts): FigureCalculator {
  const { traffic, endpoints, changes } = facts;
  const executions = totalExecutions(facts);
  const everything = traffic.rates.values().reduce((sum, rate) => sum + rate, 0);
  // A search asks for a hundred thousand groups: facts about single endpoints are computed once.
  const byName = <Value>(of: (endpoint: EndpointFacts) => Value) =>
    new Map(endpoints.map((one) => [one.name, of(one)]));
  const callersOf = byName(({ name }) => endpoints.filter(({ calls }) => calls.includes(name)));
  const changesOf = byName(({ name }) => changes.filter((changed) => changed.has(name)));
  const rightsOf = byName(({ grants }) => rightsIn(grants));
  const together = <Value>(members: readonly EndpointFacts[], of: ReadonlyMap<string, readonly Value[]>) =>
    new Set(members.flatMap(({ name }) => of.get(name) ?? [])).size;
  const bytesOf = groupBytes(endpoints);
  // The largest setting of its endpoints, unless there is such a unit with a setting of its own.
  const memoryOf = (members: readonly EndpointFacts[]) =>
    facts.unitMemoryMb.get(membersKey(members)) ?? Math.max(...members.map((one) => one.memoryMb));
  return (members, memoryMb = memoryOf(members)) => {
    const names = new Set(members.map(({ name }) => name));
    const fromOutside = members.map(({ name }) => traffic.rates.get(name) ?? 0);
    const outside = fromOutside.reduce((sum, rate) => sum + rate, 0);
    const invocations = members.map((callee, index) => {
      const callers = (callersOf.get(callee.name) ?? []).filter(({ name }) => !names.has(name));
      return (
        (fromOutside[index] as number) +
        callers.reduce((sum, one) => sum + (executions.get(one.name) ?? 0), 0)
      );
    });
    const requestsPerSecond = invocations.reduce((sum, rate) => sum + rate, 0);
    const busy = members.reduce(
      (sum, one, index) => sum + (invocations[index] as number) * one.serviceSeconds * traffic.durationFactor,
      0,
    );
    const serviceSeconds = requestsPerSecond === 0 ? 0 : busy / requestsPerSecond;
    const bytes = bytesOf(members);
    const initSeconds = initOf(facts, bytes);
    const cold =
      serviceSeconds === 0
        ? 0
        : coldStartsPerSecond({ requestsPerSecond, serviceSeconds }, traffic.idleSeconds);
    const perChange = changes.length === 0 ? 0 : together(members, changesOf) / changes.length;
    const privileges = together(members, rightsOf);
    return {
      cost: monthlyCost(facts, { requestsPerSecond, serviceSeconds, cold, initSeconds, memoryMb, outside }),
      coldStarts: cold * 3600,
      coldSeconds: cold * initSeconds * 3600,
      redeployed: perChange,
      endpointsRedeployed: perChange * members.length,
      lostToOthers: everything === 0 ? 0 : (outside * (members.length - 1)) / everything / endpoints.length,
      excessPrivileges:
        members.reduce((sum, { name }) => sum + privileges - (rightsOf.get(name)?.length ?? 0), 0) /
        endpoints.length,
      bytes,
    };
  };
}

/** Single rights: `orders.items:select`. */
function rightsIn(grants: Grants): string[] {
  return Object.entries(grants).flatMap(([table, privileges]) =>
    [...new Set(privileges)].map((privilege) => `${table}:${privilege}`),
  );
}

/** The figures of several functions together. */
export function addUp(groups: readonly GroupFigures[]): GroupFigures {
  const sum = (key: keyof GroupFigures) => groups.reduce((total, one) => total + one[key], 0);
  return {
    cost: sum('cost'),
    coldStarts: sum('coldStarts'),
    coldSeconds: sum('coldSeconds'),
    redeployed: sum('redeployed'),
    endpointsRedeployed: sum('endpointsRedeployed'),
    lostToOthers: sum('lostToOthers'),
    excessPrivileges: sum('excessPrivileges'),
    bytes: sum('bytes'),
  };
}

/** Seconds that Lambda needs to initialise a bundle. */
export function initOf({ init, traffic }: Facts, bytes: number): number {
  return (init.fixedSeconds + init.secondsPerByte * bytes) * traffic.durationFactor;
}

interface Use {
  readonly requestsPerSecond: number;
  readonly serviceSeconds: number;
  readonly cold: number;
  readonly initSeconds: number;
  readonly memoryMb: number;
  /** Requests per second through the API. */
  readonly outside: number;
}

/** Cost of Lambda's requests and gigabyte-seconds, inits included (billed since August 2025), and of the HTTP API. */
function monthlyCost({ traffic: { prices } }: Facts, use: Use): number {
  const { requestsPerSecond, serviceSeconds, cold, initSeconds, memoryMb, outside } = use;
  // Invocations are billed in whole milliseconds: rounding up adds half a millisecond on average.
  const seconds = requestsPerSecond * (serviceSeconds + 0.0005) + cold * initSeconds;
  const perSecond =
    (requestsPerSecond * prices.usdPerMillionRequests) / 1e6 +
    seconds * (memoryMb / 1024) * prices.usdPerGbSecond +
    (outside * prices.usdPerMillionApiRequests) / 1e6;
  return perSecond * secondsPerMonth;
}

/** Runs of each endpoint's handler per second: requests from outside, and one call for each run of a caller. */
function totalExecutions({ endpoints, traffic }: Facts): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  const totalOf = (name: string): number => {
    const known = totals.get(name);
    if (known !== undefined) return known;
    // Contracts that import each other have no circle. If there is one, this ends it.
    totals.set(name, 0);
    const callers = endpoints.filter(({ calls }) => calls.includes(name));
    const total = (traffic.rates.get(name) ?? 0) + callers.reduce((sum, one) => sum + totalOf(one.name), 0);
    totals.set(name, total);
    return total;
  };
  for (const { name } of endpoints) totalOf(name);
  return totals;
}
