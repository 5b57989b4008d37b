import type { PackedFunction, Stage } from '@nanoservices/model';

/** Length of a session that AWS gives unless more is asked for, and the time for everything beside rollouts. */
export const usualSession = 3600;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html (maximum session duration) */
export const longestSession = 43_200;

/**
 * The length of a session in which a deployment ends, in seconds: an hour, and the rollouts that run one after the other. A function
 * waits for the rollout of each that it calls, and others do not wait. It may be more than AWS gives; see {@link longestSession}.
 */
export function sessionSeconds(
  { rollout }: Pick<Stage, 'rollout'>,
  functions: readonly Pick<PackedFunction, 'name' | 'calls'>[],
): number {
  if (!rollout) return usualSession;
  return usualSession + Math.ceil(longestChain(functions) * rollout.percent.length * rollout.minutes * 60);
}

/** Number of functions in the longest chain of calls. In a circle one function is first, and does not wait. */
function longestChain(functions: readonly Pick<PackedFunction, 'name' | 'calls'>[]): number {
  // A name may be in several topologies, with different calls.
  const calls = new Map<string, string[]>();
  for (const one of functions) {
    calls.set(one.name, [...(calls.get(one.name) ?? []), ...one.calls.map((call) => call.function)]);
  }
  const lengths = new Map<string, number>();
  const lengthFrom = (name: string): number => {
    const known = lengths.get(name);
    if (known !== undefined) return known;
    lengths.set(name, 0);
    const callees = (calls.get(name) ?? []).filter((callee) => calls.has(callee));
    const length = 1 + Math.max(0, ...callees.map(lengthFrom));
    lengths.set(name, length);
    return length;
  };
  return Math.max(0, ...[...calls.keys()].map(lengthFrom));
}
