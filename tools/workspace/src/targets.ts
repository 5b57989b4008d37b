import type { TargetConfiguration } from '@nx/devkit';
import { esbuildExecutorOptions } from './esbuild-settings.ts';
import { buildInputs, lintInputs, testInputs, typecheckInputs, unitBuildInputs } from './inputs.ts';
import type { Project } from './project.ts';

type Targets = Record<string, TargetConfiguration>;

/** The targets of a project, by name. */
export function targetsOf(project: Project): Targets {
  if (project.type === 'unit') return unitTargets(project);
  return {
    ...checks(project),
    ...(project.hasSpecs && { test: testTarget(project) }),
    ...(project.type === 'endpoint' && endpointTargets(project)),
  };
}

function checks({ root }: Project): Targets {
  return {
    lint: { command: `biome check ${root}`, cache: true, inputs: lintInputs },
    typecheck: {
      command: `node tools/workspace/src/typecheck.ts ${root}`,
      cache: true,
      inputs: typecheckInputs,
    },
  };
}

function testTarget(project: Project): TargetConfiguration {
  const config = project.usesDatabase ? 'vitest.database.config.ts' : 'vitest.config.ts';
  return {
    command: `vitest run --config tools/workspace/${config} --dir ${project.root}`,
    cache: true,
    inputs: testInputs(project),
  };
}

function endpointTargets({ root, name }: Project): Targets {
  return {
    build: {
      executor: '@nx/esbuild:esbuild',
      // The endpoints it calls are built with it, so that it can be invoked.
      dependsOn: ['^build'],
      cache: true,
      inputs: buildInputs,
      outputs: [`{workspaceRoot}/${root}/dist`],
      options: esbuildExecutorOptions(root),
    },
    size: sizeTarget(root),
    invoke: invokeTarget(name),
  };
}

/** A unit is what its endpoints are: they are checked and tested by themselves. */
function unitTargets({ root, name }: Project): Targets {
  return {
    build: {
      command: `node tools/workspace/src/build-unit.ts ${root}`,
      // The endpoints that it calls are built with it, so that it can be invoked.
      dependsOn: ['^build'],
      cache: true,
      inputs: unitBuildInputs,
      outputs: [`{workspaceRoot}/${root}/dist`],
    },
    size: sizeTarget(root),
    invoke: invokeTarget(name),
  };
}

function sizeTarget(root: string): TargetConfiguration {
  return {
    command: `node tools/workspace/src/bundle-size.ts ${root}`,
    dependsOn: ['build'],
    cache: true,
    inputs: [
      { dependentTasksOutputFiles: '**/*' },
      '{workspaceRoot}/tools/workspace/src/bundle-size.ts',
      '{workspaceRoot}/tools/workspace/bundle-sizes.json',
    ],
  };
}

function invokeTarget(name: string): TargetConfiguration {
  return { command: `node tools/runtime/bin/invoke.mjs --built ${name}`, dependsOn: ['build'] };
}
