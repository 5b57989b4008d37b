import type { TargetConfiguration } from '@nx/devkit';
import type { Project } from './project.ts';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/**
 * Where a project is made of other things than nx.json says: there are the named inputs of all projects, one for each kind
 * of target, so that a thousand projects need not repeat them; and
 *
 * - `own`: what the project itself is made of, without tests and documentation; of a unit, that of its endpoints;
 * - `public`: what others may import of it, and so what changes them when it changes. Of an endpoint that is only its
 *   contract: touching a handler must not rebuild the endpoints that call it. Nothing is imported from a unit.
 */
export function namedInputs({ type, root, include }: Project): Record<string, Inputs> {
  const manifest = '{projectRoot}/package.json';
  if (type === 'endpoint') return { public: ['{projectRoot}/src/contract.ts', manifest] };
  if (type !== 'unit') return {};
  return {
    default: [manifest],
    own: [manifest, ...endpointFolders(root, include).flatMap(sources)],
    public: [],
  };
}

/** By globs, since a unit may have a thousand endpoints, and Nx compares every file with every pattern. */
function endpointFolders(root: string, include: Project['include']): string[] {
  if (include) return include.map((glob) => `functions/${glob}`);
  return [root === 'functions' ? 'functions/*/*' : `${root}/*`];
}

/** `own` of an endpoint in nx.json, seen from the workspace: a unit's files belong to other projects. */
function sources(endpoint: string): string[] {
  const root = `{workspaceRoot}/${endpoint}`;
  return [
    `${root}/**/*`,
    `!${root}/**/*.spec.ts`,
    `!${root}/**/*.md`,
    `!${root}/dist/**`,
    `!${root}/artifact/**`,
    `!${root}/bundle-sizes.json`,
  ];
}
