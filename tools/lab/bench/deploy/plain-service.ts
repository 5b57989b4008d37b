import { join, relative } from 'node:path';
import type { EmulatedStage } from '@nanoservices/deploy/testing';
import { readFunction } from '@nanoservices/workspace/function-settings';
import { packFunctions, readPacking, readTopologyFile } from '@nanoservices/workspace/topology';

const folder = 'plain';

/**
 * The peer: one Serverless service that holds every endpoint, and `serverless deploy`. It deploys the very packages that
 * ours deploys, so that building and zipping are no difference. It has no routes, since the emulator fails on Serverless's
 * own; ours deploys its API as well.
 */
export function writePlainService({ workspace, stage }: EmulatedStage): void {
  const { root } = workspace;
  const packing = readPacking(root);
  const functions = packFunctions(packing, readTopologyFile(root), 'nano').map((packed) => {
    const { memorySize, timeout } = readFunction(packed, root);
    const settings = {
      handler: 'handler.handler',
      memorySize,
      timeout,
      package: { artifact: relative(join(root, folder), join(root, packed.root, 'artifact/function.zip')) },
    };
    return [packed.name, settings];
  });
  const service = {
    service: 'plain',
    provider: {
      name: 'aws',
      stage: stage.name,
      region: stage.region,
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      environment: { DATABASE_URL_PARAMETER: '/shop/dev/database-url' },
    },
    package: { individually: true },
    functions: Object.fromEntries(functions),
  };
  // YAML is a superset of JSON.
  workspace.write(`${folder}/serverless.yml`, JSON.stringify(service, null, 2));
}

/** Packages what changed, through Nx, and deploys the service. */
export async function deployPlainService(stage: EmulatedStage): Promise<void> {
  await succeed(stage.nx('run-many', '-t', 'package'));
  await succeed(stage.run('serverless', ['deploy'], folder));
}

/** What CloudFormation was last told of each function. It updates those of which anything differs. */
export async function plainFunctions({ stacks }: EmulatedStage): Promise<Map<string, string>> {
  if (!(await stacks.read('plain-dev'))) return new Map();
  const template = JSON.parse(await stacks.template('plain-dev'));
  const resources = Object.values<{ Type: string; Properties: { FunctionName: string } }>(template.Resources);
  return new Map(
    resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => [Properties.FunctionName, JSON.stringify(Properties)]),
  );
}

/** @throws Error with what a command printed when it failed */
export async function succeed(command: ReturnType<EmulatedStage['nx']>): Promise<string> {
  const { code, out } = await command;
  if (code !== 0) throw new Error(out);
  return out;
}
