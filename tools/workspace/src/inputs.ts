import type { TargetConfiguration } from '@nx/devkit';
import type { Project } from './project.ts';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/**
 * The named inputs of a project:
 *
 * - `own`: what the project itself is made of, without tests and documentation; of a unit, that of its endpoints;
 * - `public`: what others may import of it, and so what changes them when it changes. Of an endpoint that is only its
 *   contract: touching a handler must not rebuild the endpoints that call it.
 */
export function namedInputs({ type, root, include }: Project): Record<string, Inputs> {
  const manifest = `${root}/package.json`;
  const own =
    type === 'unit' ? [manifest, ...endpointFolders(root, include).flatMap(sources)] : sources(root);
  // Nothing is imported from a unit.
  if (type === 'unit') return { default: [manifest].map(inWorkspace), own: own.map(inWorkspace), public: [] };
  const contract = [`${root}/src/contract.ts`, `${root}/package.json`];
  return { own: own.map(inWorkspace), public: (type === 'endpoint' ? contract : own).map(inWorkspace) };
}

/** By globs, since a unit may have a thousand endpoints, and Nx compares every file with every pattern. */
function endpointFolders(root: string, include: Project['include']): string[] {
  if (include) return include.map((glob) => `functions/${glob}`);
  return [root === 'functions' ? 'functions/*/*' : `${root}/*`];
}

function sources(root: string): string[] {
  return [
    `${root}/**/*`,
    `!${root}/**/*.spec.ts`,
    `!${root}/**/*.md`,
    `!${root}/dist/**`,
    `!${root}/artifact/**`,
    `!${root}/bundle-sizes.json`,
  ];
}

function inWorkspace(path: string): string {
  return path.replace(/^(!?)/, '$1{workspaceRoot}/');
}

/** What every project's types are checked against. */
const typescript: Inputs = [
  '{workspaceRoot}/tsconfig.base.json',
  '{workspaceRoot}/*/tsconfig.json',
  '{workspaceRoot}/tools/workspace/src/typecheck.ts',
];

/** What decides the bytes of a bundle, beside the sources. */
export const buildInputs: Inputs = [
  'own',
  '^public',
  '{workspaceRoot}/tsconfig.base.json',
  '{workspaceRoot}/functions/tsconfig.json',
  '{workspaceRoot}/tools/workspace/src/esbuild-settings.ts',
  '{workspaceRoot}/tools/workspace/src/bundle/{executor,bundle-tasks,bundle-entries,entry-metafile}.ts',
  // Its dependencies have the version of @nx/esbuild. As an external dependency it would bring 400 packages, each of them
  // hashed, kept and sent to other processes for every task.
  '{workspaceRoot}/tools/workspace/package.json',
  { externalDependencies: ['esbuild'] },
];

export const unitBuildInputs: Inputs = [
  ...buildInputs,
  '{workspaceRoot}/tools/workspace/src/{contract-file,topology}.ts',
  '{workspaceRoot}/tools/workspace/src/bundle/{unit-entry,write-unit-entry}.ts',
];

export const typecheckInputs: Inputs = ['default', '^public', ...typescript];

export const lintInputs: Inputs = ['default', '{workspaceRoot}/.biome.json'];

/** Tests with a database also depend on the server's set-up; DATABASE_URL names another server, with other results. */
export function testInputs({ usesDatabase }: Project): Inputs {
  const database: Inputs = ['{workspaceRoot}/tools/database/src/**/*', { env: 'DATABASE_URL' }];
  return [
    'default',
    '^public',
    '{workspaceRoot}/tools/workspace/vitest*.ts',
    ...(usesDatabase ? database : []),
  ];
}

/** An artifact is the bundle, and a serverless.yml that says how and where the function runs. */
export const packageInputs: Inputs = [
  { dependentTasksOutputFiles: '**/handler.mjs' },
  'own',
  '^public',
  '{workspaceRoot}/functions/{topology,stages,api}.json',
  '{workspaceRoot}/libs/platform/src/**/*',
  '{workspaceRoot}/tools/deploy/src/{packaging,settings}/**/*',
  '{workspaceRoot}/tools/workspace/src/{function-settings,topology}.ts',
  { env: 'NANO_TOPOLOGY' },
  { externalDependencies: ['fflate', 'yaml'] },
];
