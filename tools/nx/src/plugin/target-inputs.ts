import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from '@nanoservices/model';
import type { NxJsonConfiguration, TargetConfiguration } from '@nx/devkit';
import { environmentFileNames } from '../command-line/environment.ts';
import { lockFiles } from './inputs.ts';

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

const environmentVariables = `node -e "for(const f of${JSON.stringify(environmentFileNames).replaceAll('"', "'")})try{console.log(f,require('fs').readFileSync(f,'utf8'))}catch{}"`;

/** Facts of a workspace that the inputs of its targets depend on. */
export interface InputContext {
  readonly folders: Folders;
  /** Absolute. */
  readonly workspaceRoot: string;
}

/**
 * The versions of packages, for the hash of a task. Nx knows a package by its name where it is installed at the root, and fails where it
 * is not, as under pnpm: there, the lock file stands for all versions.
 */
function versionsOf(workspaceRoot: string, names: readonly string[]): Inputs {
  const isAtRoot = (name: string) => existsSync(join(workspaceRoot, 'node_modules', name));
  const externalDependencies = names.filter(isAtRoot);
  return [
    ...(externalDependencies.length > 0 ? [{ externalDependencies }] : []),
    ...(externalDependencies.length < names.length ? [lockFiles] : []),
  ];
}

/** The inputs of each kind of target in a workspace whose nx.json does not name them. */
function defaultInputs({ folders, workspaceRoot }: InputContext) {
  const functions = `{workspaceRoot}/${folders.functions}`;
  const libs = `{workspaceRoot}/${folders.libs}`;
  const versions = (...names: string[]) => versionsOf(workspaceRoot, names);
  // The packages of the framework have one version, and this one needs few others. The closure of this package, with Nx and its devkit,
  // would be 400 packages, each of them hashed, kept and sent to other processes for every task.
  const framework = versions('@nanoservices/model');
  return {
    lint: ['default', '{workspaceRoot}/{,.}biome.json{,c}', ...versions('@biomejs/biome')],
    typecheck: [
      'default',
      ...not(generated),
      '{workspaceRoot}/tsconfig.base.json',
      ...tsconfigFiles(folders),
      ...framework,
    ],
    test: [
      'default',
      ...not(generated),
      ...versions('vitest'),
      ...framework,
      { runtime: environmentVariables },
    ],
    'test-database': ['test', `${libs}/*/migrations/**/*`, { env: 'DATABASE_URL' }],
    build: [
      'own',
      '{workspaceRoot}/tsconfig.base.json',
      `${functions}/tsconfig.json`,
      ...versions('esbuild'),
      ...framework,
    ],
    size: [{ dependentTasksOutputFiles: '**/*' }, '{projectRoot}/bundle-size.json', ...framework],
    'size-unit': ['size', '{projectRoot}/package.json', `${functions}/*/*/bundle-size.json`],
    stages: [`${functions}/{topology,stages,api}.json`],
    contracts: [
      `${functions}/*/*/src/contract.ts`,
      `${functions}/{,*/,*/*/}package.json`,
      `${functions}/api.json`,
      `${libs}/*/src/**/*`,
      `${libs}/*/package.json`,
      '{workspaceRoot}/tsconfig.base.json',
      '{workspaceRoot}/package.json',
      ...framework,
    ],
    package: [
      { dependentTasksOutputFiles: '**/{handler.mjs,contents.json}' },
      'own',
      'stages',
      `${functions}/{,*/}package.json`,
      '{workspaceRoot}/.npmrc',
      { env: 'NANO_TOPOLOGY' },
      ...framework,
    ],
  } satisfies Record<string, Inputs>;
}

/** The tsconfig.json files of the workspace's folders, and of those above them. */
function tsconfigFiles({ functions, libs, tools }: Folders): string[] {
  const above = [functions, libs, tools].flatMap((folder) => {
    const parts = folder.split('/');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(above)].map((folder) => `{workspaceRoot}/${folder}/tsconfig.json`);
}

export type InputName = keyof ReturnType<typeof defaultInputs>;

/**
 * Makes the inputs of a kind of target: the name, where nx.json defines it, which a workspace with hundreds of endpoints does so that
 * they are kept once; otherwise what the name stands for.
 */
export function targetInputs(namedInputs: NamedInputs, context: InputContext): (name: InputName) => Inputs {
  const defaults = defaultInputs(context);
  const expand = (name: string): Inputs => {
    if (name in namedInputs || !(name in defaults)) return [name];
    return (defaults[name as InputName] as Inputs).flatMap((one) =>
      typeof one === 'string' && !one.startsWith('!') && !one.startsWith('{') ? expand(one) : one,
    );
  };
  return expand;
}
