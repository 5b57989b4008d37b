import type { TargetConfiguration } from '@nx/devkit';
import type { Project } from './project.ts';

type Targets = Record<string, TargetConfiguration>;

// What each of them reads is in nx.json, as a named input of the kind of target. For whoever wonders about `build`: its
// dependencies have the version of @nx/esbuild in tools/workspace/package.json. As an external dependency that would bring
// 400 packages, each of them hashed, kept and sent to other processes for every task.

/**
 * The targets of a project, by name.
 *
 * @param callees - the functions to deploy before this one
 */
export function targetsOf(project: Project, callees: readonly string[] = []): Targets {
  // A unit is what its endpoints are: they are checked and tested by themselves.
  if (project.type === 'unit') return functionTargets(project, callees);
  return {
    ...checks(project),
    ...(project.hasSpecs && { test: testTarget(project) }),
    ...(project.type === 'endpoint' && functionTargets(project, callees)),
  };
}

function checks({ root }: Project): Targets {
  return {
    lint: { command: `biome check ${root}`, cache: true, inputs: ['lint'] },
    typecheck: {
      command: `node tools/workspace/src/typecheck.ts ${root}`,
      cache: true,
      inputs: ['typecheck', '^public'],
    },
  };
}

function testTarget(project: Project): TargetConfiguration {
  // Those with a database also depend on the server's set-up; DATABASE_URL names another server, with other results.
  const [config, inputs] = project.usesDatabase
    ? ['vitest.database.config.ts', 'test-database']
    : ['vitest.config.ts', 'test'];
  return {
    command: `vitest run --config tools/workspace/${config} --dir ${project.root}`,
    cache: true,
    inputs: [inputs, '^public'],
  };
}

function buildTarget({ type }: Project): TargetConfiguration {
  return {
    executor: '@nanoservices/workspace:bundle',
    // The endpoints it calls are built with it, so that it can be invoked.
    dependsOn: ['^build'],
    cache: true,
    inputs: [type === 'unit' ? 'build-unit' : 'build', '^public'],
    outputs: ['{projectRoot}/dist'],
    options: { kind: type },
  };
}

/** What every endpoint and unit can do, since either may be a function. */
function functionTargets(project: Project, callees: readonly string[]): Targets {
  const { name } = project;
  return {
    build: buildTarget(project),
    size: sizeTarget(),
    invoke: { command: `node tools/runtime/bin/invoke.mjs --built ${name}`, dependsOn: ['build'] },
    package: {
      executor: '@nanoservices/deploy:package',
      dependsOn: ['build'],
      cache: true,
      inputs: ['package', '^public'],
      outputs: ['{projectRoot}/artifact'],
    },
    deploy: {
      command: `node tools/deploy/bin/deploy.mjs ${name}`,
      dependsOn: [
        'package',
        {
          projects: ['platform', 'data-access', ...callees].map((other) => `@nanoservices/${other}`),
          target: 'deploy',
          // The stage's name, and what else was said, is for all of them.
          params: 'forward',
        },
      ],
    },
    rollback: { command: `node tools/deploy/bin/rollback.mjs ${name}` },
  };
}

function sizeTarget(): TargetConfiguration {
  return {
    executor: '@nanoservices/workspace:size',
    dependsOn: ['build'],
    cache: true,
    inputs: ['size'],
  };
}
