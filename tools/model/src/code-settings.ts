import type { Architecture, AwsSdk, Manifest } from './files/manifest.ts';
import { UsageError } from './usage-error.ts';

/** Everything about the code of a function that its package.json files decide. */
export interface CodeSettings {
  readonly architecture: Architecture;
  readonly awsSdk: AwsSdk;
  /** Names of npm packages that are installed beside the bundle. Sorted. */
  readonly external: readonly string[];
  /** Globs of files to ship with the bundle, by the package that names them. */
  readonly include: readonly {
    /** Folder of the package, relative to the workspace root. */
    readonly root: string;
    readonly globs: readonly string[];
  }[];
}

interface Package {
  /** Folder relative to the workspace root. */
  readonly root: string;
  readonly lambda: Manifest['lambda'];
  /** True when it may bundle the AWS SDK. */
  readonly usesAwsSdk?: boolean | undefined;
}

/**
 * Combines the settings of a function's package with those of its endpoints. A unit has all files and packages of its
 * endpoints.
 *
 * @param own - the endpoint or unit
 * @param endpoints - the endpoints of the function
 * @throws UsageError when the endpoints of a unit name two architectures, and the unit none
 */
export function codeSettings(own: Package, endpoints: readonly Package[]): CodeSettings {
  const packages = [own, ...endpoints.filter(({ root }) => root !== own.root)];
  return {
    architecture: own.lambda.architecture ?? commonArchitecture(own, endpoints),
    awsSdk: own.lambda.awsSdk ?? commonSdk(endpoints),
    external: [...new Set(packages.flatMap(({ lambda }) => lambda.external ?? []))].sort(),
    include: packages.flatMap(({ root, lambda }) =>
      lambda.include ? [{ root, globs: lambda.include }] : [],
    ),
  };
}

function commonArchitecture(own: Package, endpoints: readonly Package[]): Architecture {
  const named = endpoints.filter(({ lambda }) => lambda.architecture);
  const [first, other] = new Map(named.map((one) => [one.lambda.architecture, one])).values();
  if (!first || !other) return first?.lambda.architecture ?? 'arm64';
  throw new UsageError(
    `${own.root}/package.json: its endpoints have two architectures: ${first.root} ${first.lambda.architecture}, ${other.root} ${other.lambda.architecture}. Choose one in the unit's package.json: "lambda": { "architecture": "arm64" }.`,
  );
}

/**
 * The SDK is left out of the bundle of a unit only if all of its endpoints leave it out. An endpoint without the setting
 * bundles it, if it uses it.
 */
function commonSdk(endpoints: readonly Package[]): AwsSdk {
  const concerned = endpoints.filter(({ lambda, usesAwsSdk }) => lambda.awsSdk || usesAwsSdk);
  const isLeftOut = concerned.length > 0 && concerned.every(({ lambda }) => lambda.awsSdk === 'runtime');
  return isLeftOut ? 'runtime' : 'bundled';
}
