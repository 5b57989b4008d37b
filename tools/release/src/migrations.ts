import { toolVersions } from 'create-nanoservices/versions';
import { compiledPaths } from './manifest.ts';

/** A migrations.json of Nx, as far as it matters here. */
interface Migrations {
  readonly packageJsonUpdates?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/**
 * The migrations.json of a package as npm gets it. Besides the package's own migrations it moves the tools of a workspace, such
 * as Vitest, to the versions that the release is tested with: where the root package.json has an older one.
 *
 * @param version - of the release
 * @see https://nx.dev/reference/migrations-json
 */
export function publishedMigrations(source: Migrations, version: string): Migrations {
  const packages = Object.entries(toolVersions).map(([name, tested]) => [
    name,
    { version: tested, alwaysAddToPackageJson: false },
  ]);
  return {
    ...compiledPaths(source),
    packageJsonUpdates: {
      ...source.packageJsonUpdates,
      // Nx reads the file of the new version only, and skips an update whose version the workspace has passed.
      tools: { version, packages: Object.fromEntries(packages) },
    },
  };
}
