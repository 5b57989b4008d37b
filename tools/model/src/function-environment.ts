import type { Manifest } from './files/manifest.ts';

interface Package {
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
