import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from './files/manifest.ts';
import { functionSettings, layerAndVersion } from './function-settings.ts';
import { UsageError } from './usage-error.ts';

interface Package {
  /** Folder relative to the workspace root. */
  readonly root: string;
  readonly lambda: Manifest['lambda'];
}

/** A function: the package of an endpoint or unit, and its endpoints. */
interface Packed extends Package {
  readonly endpoints: readonly Package[];
}

/** A setting of which a function has one value. */
interface Choice {
  /** Words for the setting, unique in a function. */
  readonly setting: string;
  readonly value: unknown;
  /** The setting in "lambda" of a package.json. */
  readonly key: string;
}

/** Layers of a function. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxLayers = 5;

/**
 * Refuses a unit whose endpoints give a setting two values while the unit gives none, or which have more layers together than a
 * function takes. A unit that is in no function that runs may have such endpoints.
 *
 * @throws UsageError that names the endpoints, and the way out
 */
export function refuseTwoValues({ root, lambda, endpoints }: Packed): void {
  const decided = new Set(choicesOf(lambda).map(({ setting }) => setting));
  const givers = new Map<string, Choice & { readonly root: string }>();
  for (const endpoint of endpoints) {
    for (const choice of [...choicesOf(endpoint.lambda), ...networkOf(endpoint.lambda)]) {
      const { setting, value, key } = choice;
      const other = givers.get(setting);
      givers.set(setting, { ...choice, root: endpoint.root });
      if (!other || decided.has(setting) || isDeepStrictEqual(other.value, value)) continue;
      throw new UsageError(
        `${root}/package.json: its endpoints give ${setting} two values: ${other.root} ${inWords(other.value)}, ${endpoint.root} ${inWords(value)}. Choose one in the unit's package.json: "lambda": { ${key} }, or pack them into two functions.`,
      );
    }
  }
  refuseManyLayers({ root, lambda, endpoints });
}

function choicesOf({
  environment = {},
  tracing,
  vpc,
  layers = [],
  extend = {},
}: Package['lambda']): Choice[] {
  return [
    ...Object.entries(environment).map(([name, value]) => ({
      ...{ setting: name, value, key: `"environment": { "${name}": ... }` },
    })),
    ...(tracing ? [{ setting: '"tracing"', value: tracing, key: '"tracing": ...' }] : []),
    ...(vpc === undefined ? [] : [network(vpc)]),
    ...layers.map(layerAndVersion).map(({ layer, version }) => ({
      ...{ setting: `the layer ${layer}`, value: version, key: `"layers": ["${layer}:..."]` },
    })),
    ...Object.entries(extend).map(([name, value]) => ({
      ...{ setting: `"${name}" in "extend"`, value, key: `"extend": { "${name}": ... }` },
    })),
  ];
}

/** An endpoint without a network has that of the stage: what it reaches there, it may not reach from another. */
function networkOf({ vpc }: Package['lambda']): Choice[] {
  return vpc === undefined ? [network(undefined)] : [];
}

function network(value: Package['lambda']['vpc']): Choice {
  return { setting: '"vpc"', value, key: '"vpc": ...' };
}

function inWords(value: unknown): string {
  return value === undefined ? "the stage's" : JSON.stringify(value);
}

function refuseManyLayers({ endpoints, ...own }: Packed): void {
  const { layers = [] } = functionSettings(own, endpoints);
  if (layers.length <= maxLayers) return;
  const givers = [own, ...endpoints].filter(({ lambda }) => lambda.layers).map(({ root }) => root);
  throw new UsageError(
    `${own.root}/package.json: there are ${layers.length} layers together, and a function takes ${maxLayers}: ${layers.join(', ')}. They come from ${givers.join(', ')}: leave one out, or pack the endpoints into two functions.`,
  );
}
