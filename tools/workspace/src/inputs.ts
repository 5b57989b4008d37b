import type { TargetConfiguration } from '@nx/devkit';
import type { Project } from './project.ts';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/**
 * The named inputs of a project:
 *
 * - `own`: what the project itself is made of, without tests and documentation;
 * - `public`: what others may import of it, and so what changes them when it changes. Of an endpoint that is only its
 *   contract: touching a handler must not rebuild the endpoints that call it.
 */
export function namedInputs({ type, root }: Project): Record<string, Inputs> {
  const own = [
    `${root}/**/*`,
    `!${root}/**/*.spec.ts`,
    `!${root}/**/*.md`,
    `!${root}/dist/**`,
    `!${root}/bundle-sizes.json`,
  ];
  const contract = [`${root}/src/contract.ts`, `${root}/package.json`];
  return { own: own.map(inWorkspace), public: (type === 'endpoint' ? contract : own).map(inWorkspace) };
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
  { externalDependencies: ['esbuild', '@nx/esbuild'] },
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
