import { type LogLevel, logLevels } from '@nanoservices/endpoint/log-levels';
import type { Manifest } from './files/manifest.ts';

/** The settings of a Lambda function, in AWS's units. */
export interface FunctionSettings {
  /** Megabytes. */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly reservedConcurrency?: number | undefined;
  /** Least level of the function's log lines. Default: Lambda's. */
  readonly logLevel?: LogLevel | undefined;
  /** Size of /tmp in megabytes. Default: Lambda's. */
  readonly ephemeralStorage?: number | undefined;
  /** ARNs of versions of layers, with placeholders. */
  readonly layers?: readonly string[] | undefined;
  /** Network, with placeholders; false: none. Default: the stage's. */
  readonly vpc?: Lambda['vpc'];
  readonly tracing?: Lambda['tracing'];
  /** Further keys of the Serverless function, by the package that names them. A later value replaces an earlier one. */
  readonly extend?: readonly Extension[] | undefined;
}

export interface Extension {
  /** Folder of the package, relative to the workspace root. */
  readonly root: string;
  /** Values by key, with placeholders. */
  readonly keys: Readonly<Record<string, unknown>>;
}

type Lambda = Manifest['lambda'];

interface Package {
  readonly root: string;
  readonly lambda: Lambda;
}

const defaults = { memorySize: 256, timeout: 10 };

/**
 * Combines the settings of a function's package with those of its endpoints. What the package of a unit says, counts. Otherwise a unit
 * has the memory, time, /tmp and log level of its most demanding endpoint, the reserved concurrency of all together, all layers, and
 * the other settings that any of its endpoints names; see `refuseTwoValues`.
 *
 * @param own - the endpoint or unit
 */
export function functionSettings(own: Package, endpoints: readonly Package[]): FunctionSettings {
  const { lambda } = own;
  const members = endpoints.map((one) => one.lambda);
  const sizes = members.flatMap(({ ephemeralStorage }) => ephemeralStorage ?? []);
  const layers = layersOf([...members, lambda]);
  const extend = [...endpoints.filter(({ root }) => root !== own.root), own].flatMap(extensionOf);
  return {
    memorySize: lambda.memorySize ?? Math.max(...members.map((one) => one.memorySize ?? defaults.memorySize)),
    timeout: lambda.timeout ?? Math.max(...members.map((one) => one.timeout ?? defaults.timeout)),
    reservedConcurrency: lambda.reservedConcurrency ?? reservedTogether(members),
    logLevel: lambda.logLevel ?? lowestLevel(members),
    ephemeralStorage: lambda.ephemeralStorage ?? (sizes.length > 0 ? Math.max(...sizes) : undefined),
    vpc: lambda.vpc ?? members.find(({ vpc }) => vpc !== undefined)?.vpc,
    tracing: lambda.tracing ?? members.find(({ tracing }) => tracing)?.tracing,
    ...(layers.length > 0 && { layers }),
    ...(extend.length > 0 && { extend }),
  };
}

/** The ARN of a layer, and its version. */
export function layerAndVersion(arn: string): { readonly layer: string; readonly version: string } {
  const end = arn.lastIndexOf(':');
  return { layer: arn.slice(0, end), version: arn.slice(end + 1) };
}

/** The layers of all packages in their order. A function has one version of a layer, that of the last package. */
function layersOf(packages: readonly Lambda[]): string[] {
  const arns = packages.flatMap(({ layers = [] }) => layers);
  return [...new Map(arns.map((arn) => [layerAndVersion(arn).layer, arn])).values()];
}

function extensionOf({ root, lambda: { extend } }: Package): Extension[] {
  return extend ? [{ root, keys: extend }] : [];
}

/** Together, the endpoints get as many environments as in functions of their own: any number, if one of them has no limit. */
function reservedTogether(members: readonly Lambda[]): number | undefined {
  return members.reduce<number | undefined>(
    (sum, { reservedConcurrency: own }) => (sum === undefined || own === undefined ? undefined : sum + own),
    0,
  );
}

/** An endpoint without a level has Lambda's, INFO. */
function lowestLevel(members: readonly Lambda[]): LogLevel | undefined {
  if (members.every(({ logLevel }) => logLevel === undefined)) return undefined;
  return logLevels.find((level) => members.some(({ logLevel = 'INFO' }) => logLevel === level));
}
