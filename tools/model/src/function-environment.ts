import type { Manifest } from './files/manifest.ts';
import { UsageError } from './usage-error.ts';

interface Package {
  /** Folder relative to the workspace root. */
  readonly root: string;
  readonly lambda: Pick<Manifest['lambda'], 'environment'>;
}

/**
 * Combines the environment variables of a function's package with those of its endpoints. A unit has all variables of its
 * endpoints; its own values come first.
 *
 * @param own - the endpoint or unit
 * @param endpoints - the endpoints of the function
 * @throws UsageError when two endpoints of a unit give a variable two values, and the unit gives none
 */
export function environmentOf(own: Package, endpoints: readonly Package[]): Record<string, string> {
  const decided = own.lambda.environment ?? {};
  const givers = new Map<string, { readonly root: string; readonly value: string }>();
  for (const { root, lambda } of endpoints) {
    for (const [name, value] of Object.entries(lambda.environment ?? {})) {
      const other = givers.get(name);
      if (other && other.value !== value && !(name in decided)) {
        throw new UsageError(
          `${own.root}/package.json: its endpoints give ${name} two values: ${other.root} ${JSON.stringify(other.value)}, ${root} ${JSON.stringify(value)}. Choose one in the unit's package.json: "lambda": { "environment": { "${name}": ... } }, or pack them into two functions.`,
        );
      }
      givers.set(name, { root, value });
    }
  }
  const inherited = [...givers].map(([name, { value }]) => [name, value]);
  return { ...Object.fromEntries(inherited), ...decided };
}
