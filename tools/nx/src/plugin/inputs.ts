import { type Folders, lockFileNames } from '@nanoservices/model';
import type { TargetConfiguration } from '@nx/devkit';
import type { Project } from './project.ts';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/**
 * The named inputs of a project that differ from those of all projects:
 *
 * - `own`: the sources of the project itself, without tests and documentation; of a unit, those of its endpoints;
 * - `public`: the files that others may import, and so the ones that change their tasks. Of an endpoint that is only its
 *   contract: touching a handler must not rebuild the endpoints that call it. Nothing is imported from a unit.
 */
export function namedInputs(
  { type, root, include }: Project,
  { functions }: Folders,
): Record<string, Inputs> {
  const manifest = '{projectRoot}/package.json';
  if (type === 'endpoint') return { public: ['{projectRoot}/src/contract.ts', manifest] };
  if (type !== 'unit') return {};
  return {
    default: [manifest],
    own: [manifest, ...endpointFolders(functions, root, include).flatMap(sources)],
    public: [],
  };
}

/** Globs instead of folders: a unit may have a thousand endpoints, and Nx compares every file with every pattern. */
function endpointFolders(functions: string, root: string, include: Project['include']): string[] {
  if (include) return include.map((glob) => `${functions}/${glob}`);
  return [root === functions ? `${functions}/*/*` : `${root}/*`];
}

/** The lock files of all package managers. */
export const lockFiles = `{workspaceRoot}/{${lockFileNames.join()}}`;

/** `own` of an endpoint in nx.json, seen from the workspace: a unit's files belong to other projects. */
function sources(endpoint: string): string[] {
  const root = `{workspaceRoot}/${endpoint}`;
  return [
    `${root}/**/*`,
    `!${root}/**/*.spec.ts`,
    `!${root}/**/[A-Z][A-Z]*.md`,
    `!${root}/bundle-size.json`,
    `!${root}/dist/**`,
    `!${root}/artifact/**`,
  ];
}

/**
 * The inputs of a function that are no sources of it: files that a unit's own package.json ships with the bundle, and the versions
 * of packages that stay outside of it. Files that an endpoint ships are sources: a build refuses others.
 */
export function contentInputs({ type, root, code }: Project): Inputs {
  if (!code) return [];
  const own = type === 'unit' ? code.include.filter((one) => one.root === root) : [];
  const files = own.flatMap(({ globs }) =>
    globs.flatMap((glob) => [`{workspaceRoot}/${root}/${glob}`, `{workspaceRoot}/${root}/${glob}/**`]),
  );
  const hasPackages = code.external.length > 0 || code.awsSdk === 'runtime';
  return [...files, ...(hasPackages ? [lockFiles] : [])];
}
