import type { LiveAlias, Revision } from '../live/live-functions.ts';
import type { Stack } from '../live/stacks.ts';

/** The state of a function on AWS, as far as it can be read. */
export interface ObservedState {
  /** The function's stack; undefined when there is none. */
  readonly stack: Stack | undefined;
  readonly alias: LiveAlias | undefined;
  readonly live: Revision | undefined;
  readonly latest: Revision | undefined;
  /** Membership in the topology. */
  readonly isWanted: boolean;
  /** Presence of a route to it in the deployed API. Also true for a wanted function without a route in the application. */
  readonly isRouted: boolean;
}

/** Lists differences from the state that `deploy` leaves, in words. */
export function driftOf(observed: ObservedState): string[] {
  const { stack, alias, live, latest, isWanted, isRouted } = observed;
  if (!stack || !latest) return isWanted ? ['not deployed'] : ['its stack is there, but not the function'];
  return [
    ...(/_COMPLETE$/.test(stack.status) ? [] : [`its stack is in ${stack.status}`]),
    ...(alias && live ? versionDrift(alias, live, latest) : ['not live: a deployment did not finish']),
    ...usageDrift(isWanted, isRouted),
  ];
}

function versionDrift(alias: LiveAlias, live: Revision, latest: Revision): string[] {
  if (live.configuration === undefined) return [`version ${live.version} was not published by deploy`];
  const isSame = latest.codeSha256 === live.codeSha256 && latest.configuration === live.configuration;
  const change = alias.rolledBackFrom
    ? `rolled back from version ${alias.rolledBackFrom}`
    : `changed after version ${live.version}: by hand, or a deployment did not finish`;
  const byHand = (['memorySize', 'timeout'] as const).filter(
    (key) => latest.configuration === live.configuration && latest[key] !== live[key],
  );
  return [
    ...(alias.since === undefined ? ['"live" was moved by hand'] : []),
    ...(alias.isWeighted ? ['"live" sends a part of the requests to another version'] : []),
    ...(isSame ? [] : [change]),
    ...byHand.map(
      (key) => `${key} was set to ${latest[key]} by hand; version ${live.version} has ${live[key]}`,
    ),
  ];
}

function usageDrift(isWanted: boolean, isRouted: boolean): string[] {
  if (isWanted) return isRouted ? [] : ['no route leads to it: deploy the API'];
  return [isRouted ? 'not in the topology, but the API uses it: deploy the API' : 'unused: prune'];
}
