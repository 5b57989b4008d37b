import type { TargetConfiguration } from '@nx/devkit';
import { esbuildExecutorOptions } from './esbuild-settings.ts';
import { buildInputs, lintInputs, testInputs, typecheckInputs } from './inputs.ts';
import type { Project } from './project.ts';

type Targets = Record<string, TargetConfiguration>;

/** The targets of a project, by name. */
export function targetsOf(project: Project): Targets {
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
    size: {
      command: `node tools/workspace/src/bundle-size.ts ${root}`,
      dependsOn: ['build'],
      cache: true,
      inputs: [
        { dependentTasksOutputFiles: '**/*' },
        '{workspaceRoot}/tools/workspace/src/bundle-size.ts',
        '{workspaceRoot}/tools/workspace/bundle-sizes.json',
      ],
    },
    invoke: { command: `node tools/runtime/bin/invoke.mjs --built ${name}`, dependsOn: ['build'] },
  };
}
