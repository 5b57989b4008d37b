import {
  type PackedApplication,
  type Route,
  type Stage,
  type Workspace,
  wantsToken,
} from '@nanoservices/model';

/** The part of an application that a stage serves. */
export interface ServedApplication {
  readonly application: PackedApplication;
  /** Routes that want a token, on a stage that has no issuer of tokens. */
  readonly leftOut: readonly Route[];
}

/**
 * Leaves out the routes that nobody could be let into: without `jwt`, a stage has public routes only. Functions without a
 * public route are left out, too, unless one with a public route calls them. A function with both kinds of endpoints is
 * deployed whole: its bundle is the same on all stages, and `endpoint()` refuses callers without a token.
 */
export function servedApplication(stage: Stage, application: PackedApplication): ServedApplication {
  const leftOut = stage.jwt ? [] : application.routes.filter(({ access }) => wantsToken(access));
  if (leftOut.length === 0) return { application, leftOut };
  const routes = application.routes.filter((route) => !leftOut.includes(route));
  const needed = new Set(routes.map((route) => route.function));
  // A set visits what is added while it is visited.
  for (const name of needed) {
    const packed = application.functions.find((one) => one.name === name);
    for (const call of packed?.calls ?? []) needed.add(call.function);
  }
  const functions = application.functions.filter(({ name }) => needed.has(name));
  return { application: { ...application, functions, routes }, leftOut };
}

/** Number of functions to which routes of the stage lead, by topology: each needs an integration of an HTTP API. */
export function routedFunctionCounts(
  stage: Stage,
  { topologies, pack }: Pick<Workspace, 'topologies' | 'pack'>,
): Record<string, number> {
  const counts = Object.keys(topologies.topologies).map((name) => {
    const { routes } = servedApplication(stage, pack(name)).application;
    return [name, new Set(routes.map((route) => route.function)).size];
  });
  return Object.fromEntries(counts);
}
