/** An endpoint that breaks those who know its contract as it was at a commit, or as it is on a stage. */
export interface Break {
  readonly endpoint: string;
  readonly route?: string;
  /** The commit or the stage. */
  readonly since: string;
  /** The live version that has the contract. */
  readonly live?: { readonly function: string; readonly version: string };
  readonly changes: readonly string[];
  readonly callers: readonly {
    readonly endpoint: string;
    readonly version?: string;
    readonly changes: readonly string[];
  }[];
  readonly permission?: { readonly reason: string; readonly until: string };
  readonly isPermitted: boolean;
}

/** The result of a comparison for a person. @param since - what was compared with */
export function compatibleText(breaks: readonly Break[], since: readonly string[]): string {
  const compared = since.join(' and ');
  if (breaks.length === 0) return `No contract breaks anyone who knows ${compared}.`;
  const refused = breaks.filter(({ isPermitted }) => !isPermitted).length;
  const end =
    refused === 0
      ? `All of it is permitted by the contracts.`
      : `${refused} of ${breaks.length} without a permission. Keep what clients know, or write into the contract: breaking: { reason: '...', until: '...' }, with a day.`;
  return [...breaks.map(textOf), end].join('\n\n');
}

function textOf({ endpoint, route, since, live, changes, callers, permission, isPermitted }: Break): string {
  const version = live
    ? `version ${live.version} of ${live.function} on ${since}`
    : `${route}, since ${since}`;
  return [
    `${endpoint} (${version})`,
    ...changes.map((change) => `  ${change}`),
    ...callers.map((caller) => {
      const name = caller.version ? `version ${caller.version} of ${caller.endpoint}` : caller.endpoint;
      return `  breaks its caller ${name}: ${caller.changes.join('; ')}`;
    }),
    ...(permission && isPermitted ? [`  permitted until ${permission.until}: ${permission.reason}`] : []),
    ...(permission && !isPermitted ? [`  its permission ended on ${permission.until}`] : []),
  ].join('\n');
}
