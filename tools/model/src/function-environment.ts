import type { Manifest } from './files/manifest.ts';
import { UsageError } from './usage-error.ts';

interface Package {
  /** Folder relative to the workspace root. */
  readonly root: string;
  readonly lambda: Pick<Manifest['lambda'], 'environment'>;
}

/** A function: the package of an endpoint or unit, and its endpoints. */
interface Packed extends Package {
  readonly endpoints: readonly Package[];
}

/**
 * Combines the environment variables of a function's package with those of its endpoints. A unit has all variables of its
 * endpoints; its own values come first.
 */
export function environmentOf({ lambda, endpoints }: Packed): Record<string, string> {
  return Object.assign({}, ...endpoints.map((one) => one.lambda.environment), lambda.environment);
}

/**
 * Refuses a unit whose endpoints give a variable two values while the unit gives none. A unit that is in no function that runs may
 * have such endpoints.
 *
 * @throws UsageError that names the endpoints, and the way out
 */
export function refuseTwoValues({ root, lambda, endpoints }: Packed): void {
  const givers = new Map<string, { readonly root: string; readonly value: string }>();
  for (const endpoint of endpoints) {
    for (const [name, value] of Object.entries(endpoint.lambda.environment ?? {})) {
      const other = givers.get(name);
      givers.set(name, { root: endpoint.root, value });
      if (!other || other.value === value || lambda.environment?.[name] !== undefined) continue;
      throw new UsageError(
        `${root}/package.json: its endpoints give ${name} two values: ${other.root} ${JSON.stringify(other.value)}, ${endpoint.root} ${JSON.stringify(value)}. Choose one in the unit's package.json: "lambda": { "environment": { "${name}": ... } }, or pack them into two functions.`,
      );
    }
  }
}
