import type { NxJsonConfiguration, TargetConfiguration } from '@nx/devkit';
import { environmentFileNames } from '../command-line/environment.ts';

type Inputs = NonNullable<TargetConfiguration['inputs']>;
type NamedInputs = NonNullable<NxJsonConfiguration['namedInputs']>;

const generated = ['bundle-size.json', 'dist/**', 'artifact/**'].map((path) => `{projectRoot}/${path}`);
const not = (globs: readonly string[]) => globs.map((glob) => `!${glob}`);
/** Named inputs of every project, where nx.json has none: a unit, for one, has others. */
export const projectInputs: NamedInputs = {
  own: [
    '{projectRoot}/**/*',
    ...not(['{projectRoot}/**/*.spec.ts', '{projectRoot}/**/[A-Z][A-Z]*.md', ...generated]),
  ],
  public: ['own'],
};

/**
 * The framework: its packages have one version, and this one needs few others. The closure of this package, with Nx and its devkit,
 * would be 400 packages, each of them hashed, kept and sent to other processes for every task.
 */
const framework = { externalDependencies: ['@nanoservices/model'] };
const environmentVariables = `node -e "for(const f of${JSON.stringify(environmentFileNames).replaceAll('"', "'")})try{console.log(f,require('fs').readFileSync(f,'utf8'))}catch{}"`;

/** The inputs of each kind of target in a workspace whose nx.json does not name them. */
const defaults = {
  lint: ['default', '{workspaceRoot}/{,.}biome.json{,c}', { externalDependencies: ['@biomejs/biome'] }],
  typecheck: [
    'default',
    ...not(generated),
    '{workspaceRoot}/tsconfig.base.json',
    '{workspaceRoot}/*/tsconfig.json',
    { externalDependencies: ['typescript'] },
  ],
  test: [
    'default',
    ...not(generated),
    { externalDependencies: ['vitest'] },
    framework,
    { runtime: environmentVariables },
  ],
  'test-database': ['test', '{workspaceRoot}/libs/*/migrations/**/*', { env: 'DATABASE_URL' }],
  build: [
    'own',
    '{workspaceRoot}/tsconfig.base.json',
    '{workspaceRoot}/functions/tsconfig.json',
    { externalDependencies: ['esbuild'] },
    framework,
  ],
  size: [{ dependentTasksOutputFiles: '**/*' }, '{projectRoot}/bundle-size.json', framework],
  'size-unit': ['size', '{projectRoot}/package.json', '{workspaceRoot}/functions/*/*/bundle-size.json'],
  stages: ['{workspaceRoot}/functions/{topology,stages,api}.json'],
  contracts: [
    '{workspaceRoot}/functions/*/*/src/contract.ts',
    '{workspaceRoot}/functions/{,*/,*/*/}package.json',
    '{workspaceRoot}/functions/api.json',
    '{workspaceRoot}/libs/*/src/**/*',
    '{workspaceRoot}/libs/*/package.json',
    '{workspaceRoot}/tsconfig.base.json',
    '{workspaceRoot}/package.json',
    framework,
  ],
  package: [
    { dependentTasksOutputFiles: '**/{handler.mjs,contents.json}' },
    'own',
    'stages',
    '{workspaceRoot}/functions/{,*/}package.json',
    '{workspaceRoot}/.npmrc',
    { env: 'NANO_TOPOLOGY' },
    framework,
  ],
} satisfies Record<string, Inputs>;

export type InputName = keyof typeof defaults;

/**
 * Makes the inputs of a kind of target: the name, where nx.json defines it, which a workspace with hundreds of endpoints does so that
 * they are kept once; otherwise what the name stands for.
 */
export function targetInputs(namedInputs: NamedInputs = {}): (name: InputName) => Inputs {
  const expand = (name: string): Inputs => {
    if (name in namedInputs || !(name in defaults)) return [name];
    return (defaults[name as InputName] as Inputs).flatMap((one) =>
      typeof one === 'string' && !one.startsWith('!') && !one.startsWith('{') ? expand(one) : one,
    );
  };
  return expand;
}
