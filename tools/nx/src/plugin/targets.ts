import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TargetConfiguration } from '@nx/devkit';
import { contentInputs } from './inputs.ts';
import type { Project } from './project.ts';
import type { InputName } from './target-inputs.ts';
import type { TargetNames } from './target-names.ts';

type Targets = Record<string, TargetConfiguration>;
type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** Facts beyond the project itself that its targets depend on. */
export interface TargetContext {
  readonly names: TargetNames;
  /** Absolute. */
  readonly workspaceRoot: string;
  /** The inputs of a kind of target. */
  readonly inputs: (name: InputName) => Inputs;
  /** True when Biome is configured, which checks lint and format. */
  readonly hasBiome: boolean;
  /** False for an endpoint or unit that is no function of the active topology. */
  readonly isDeployed: boolean;
  /** The functions to deploy before this one: the names of their Nx projects. */
  readonly callees: readonly string[];
  /** True when a lib has the application's migrations. */
  readonly hasDatabase: boolean;
}

/** The tag of the lib with the application's migrations. */
export const databaseTag = 'database';

/** The targets of a project, by name. Scripts of its package.json keep their names. */
export function targetsOf(project: Project, context: TargetContext): Targets {
  const targets = Object.entries(allTargets(project, context));
  return Object.fromEntries(targets.filter(([name]) => !project.scripts.has(name)));
}

function allTargets(project: Project, context: TargetContext): Targets {
  if (project.type === 'workspace') return workspaceTargets(context);
  // A unit is what its endpoints are: they are checked and tested by themselves.
  if (project.type === 'unit') return functionTargets(project, context);
  return {
    ...checks(project, context),
    ...(project.type === 'endpoint' && functionTargets(project, context)),
    ...(project.isDatabase && databaseTargets(context.names)),
  };
}

// Files that the commands of targets name.
const vitestConfig = new URL('../vitest/config.ts', import.meta.url);
const databaseVitestConfig = new URL('../vitest/database-config.ts', import.meta.url);

function checks(project: Project, { names, workspaceRoot, inputs, hasBiome }: TargetContext): Targets {
  const { root, hasSpecs, usesDatabase } = project;
  const pathOf = (file: URL) => relative(workspaceRoot, fileURLToPath(file));
  // Tests with a database also depend on the server's set-up; DATABASE_URL names another server, with other results.
  const [config, testInputs]: [URL, InputName] = usesDatabase
    ? [databaseVitestConfig, 'test-database']
    : [vitestConfig, 'test'];
  return {
    ...(hasBiome && {
      [names.lint]: {
        command: `biome check ${root}`,
        cache: true,
        inputs: inputs('lint'),
        metadata: { description: 'Check lint and format with Biome' },
      },
    }),
    [names.typecheck]: {
      executor: '@nanoservices/nx:typecheck',
      cache: true,
      inputs: [...inputs('typecheck'), '^public'],
      metadata: { description: 'Check the types' },
    },
    ...(hasSpecs && {
      [names.test]: {
        command: `vitest run --config ${pathOf(config)} --dir ${root}`,
        cache: true,
        inputs: [...inputs(testInputs), '^public'],
        metadata: { description: 'Run the specs with Vitest' },
      },
    }),
  };
}

/**
 * The targets of every endpoint and unit, since either may be a function. Only those that are functions of the active topology
 * can be deployed: Nx would report the others as successfully deployed.
 */
function functionTargets(project: Project, context: TargetContext): Targets {
  const { type, name } = project;
  const { names, inputs } = context;
  const contents = contentInputs(project);
  return {
    [names.build]: {
      executor: '@nanoservices/nx:bundle',
      // The endpoints it calls are built with it, so that it can be invoked.
      dependsOn: [`^${names.build}`],
      cache: true,
      inputs: [...inputs('build'), '^public', ...contents],
      outputs: ['{projectRoot}/dist'],
      options: { kind: type },
      metadata: { description: 'Bundle the function' },
    },
    [names.size]: {
      executor: '@nanoservices/nx:size',
      dependsOn: [names.build],
      cache: true,
      inputs: inputs(type === 'unit' ? 'size-unit' : 'size'),
      metadata: { description: 'Compare the bundle with its recorded size' },
    },
    [names.invoke]: {
      executor: '@nanoservices/nx:invoke',
      dependsOn: [names.build],
      options: { names: [name], built: true },
      metadata: help('invoke', 'Run the function once'),
    },
    [names.package]: {
      executor: '@nanoservices/nx:package',
      dependsOn: [names.build],
      cache: true,
      inputs: [...inputs('package'), '^public', ...contents],
      outputs: ['{projectRoot}/artifact'],
      metadata: { description: 'Make the zip and the templates' },
    },
    ...(context.isDeployed && deployTarget(project, context)),
    [names.rollback]: {
      executor: '@nanoservices/nx:rollback',
      options: { names: [name] },
      metadata: help('rollback', 'Point back to the version that was live before', { stage: 'dev' }),
    },
  };
}

/**
 * Tasks of `deploy` are one batch, and so one deployment, if none of them can begin before the others. So all of them need packages, and
 * platform and database are parts of them, not tasks before them.
 */
function deployTarget({ name }: Project, { names, callees, hasDatabase }: TargetContext): Targets {
  return {
    [names.deploy]: {
      executor: '@nanoservices/nx:deploy',
      dependsOn: [
        names.package,
        // The stage's name and all other options are for all of them.
        ...callees.map((project) => ({
          projects: [project],
          target: names.deploy,
          params: 'forward' as const,
        })),
      ],
      options: { names: ['platform', ...(hasDatabase ? ['database'] : []), name], packaged: true },
      metadata: help('deploy', 'Deploy the function, if it changed', { stage: 'dev' }),
    },
  };
}

/** The targets that the lib with the application's migrations has beyond those of a lib. */
export function databaseTargets(names: TargetNames): Targets {
  return {
    [names.deploy]: {
      executor: '@nanoservices/nx:deploy',
      // Nothing is migrated for functions that cannot be built.
      dependsOn: [{ projects: ['tag:function'], target: names.package }],
      options: { names: ['platform', 'database'], packaged: true },
      metadata: help('deploy', "Migrate a stage's database", { stage: 'dev' }),
    },
  };
}

/** The targets of the whole application: those of the root project. */
function workspaceTargets({ names, inputs }: TargetContext): Targets {
  const one = (
    command: string,
    description: string,
    example?: Record<string, unknown>,
  ): TargetConfiguration => ({
    executor: `@nanoservices/nx:${command}`,
    metadata: help(command, description, example),
  });
  return {
    [names.dev]: { ...one('start', 'Run the whole API on this machine'), continuous: true },
    [names.topology]: one('topology', 'Show the functions of each topology'),
    [names.token]: one('token', 'Print a token of the local issuer'),
    [names.report]: one('report', 'Measure the topologies and write a report'),
    [names.database]: one(
      'database',
      'Start, reset or migrate the development database, or check SQL against it',
    ),
    [names.client]: {
      ...one('client', 'Generate the typed client of the API'),
      ...written('dist/client', inputs('contracts')),
    },
    [names.openapi]: {
      ...one('openapi', 'Write the OpenAPI document of the API'),
      ...written('dist/openapi.json', inputs('contracts')),
    },
    [names.compatible]: one('compatible', 'Find contracts that break clients or callers', { base: 'main' }),
    [names.deploy]: {
      ...one('deploy', 'Deploy the API: routes and their targets, after all functions', { stage: 'dev' }),
      // Also those that are not affected: Nx has no order without dependency. They take a look.
      dependsOn: [{ projects: ['tag:function'], target: names.deploy, params: 'forward' }],
      inputs: [...inputs('contracts'), ...inputs('stages')],
      options: { names: ['api'], packaged: true },
    },
    [names.status]: one('status', 'Show what is live on a stage', { stage: 'dev' }),
    [names.rollback]: one('rollback', 'Point all functions back', { stage: 'dev' }),
    [names.prune]: one('prune', 'Remove functions and versions that nothing uses', { stage: 'dev' }),
  };
}

/** A target that writes a file or a folder. */
function written(out: string, inputs: Inputs): TargetConfiguration {
  return { cache: true, inputs, options: { out }, outputs: ['{workspaceRoot}/{options.out}'] };
}

function help(
  command: string,
  description: string,
  options: Record<string, unknown> = {},
): NonNullable<TargetConfiguration['metadata']> {
  return { description, help: { command: `npx nanos ${command} --help`, example: { options } } };
}
