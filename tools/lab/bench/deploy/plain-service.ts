import { join, relative } from 'node:path';
import { readWorkspace } from '@nanoservices/model';
import { type EmulatedStage, succeed } from '../../testbed/aws/emulated-stage.ts';

const folder = 'plain';

/**
 * The peer: one Serverless service with every function of the active topology and its routes, and `serverless deploy`. It
 * deploys the same packages as ours, so that building and zipping are no difference.
 */
export async function writePlainService({ workspace, stage }: EmulatedStage): Promise<void> {
  const { root } = workspace;
  const application = (await readWorkspace(root)).pack();
  const functions = application.functions.map((packed) => {
    const { memorySize, timeout } = packed.settings;
    const settings = {
      handler: 'handler.handler',
      memorySize,
      timeout,
      package: { artifact: relative(join(root, folder), join(root, packed.root, 'artifact/function.zip')) },
      events: packed.routes.map(({ method, path }) => ({ httpApi: { method, path } })),
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
      environment: { DATABASE_URL_PARAMETER: '/arcade/dev/database-url' },
    },
    package: { individually: true },
    functions: Object.fromEntries(functions),
  };
  // YAML is a superset of JSON.
  workspace.write(`${folder}/serverless.yml`, JSON.stringify(service, null, 2));
}

/** Packages what changed, through Nx, and deploys the service. */
export async function deployPlainService(stage: EmulatedStage): Promise<string> {
  await packageAll(stage);
  return succeed(stage.run('serverless', ['deploy'], folder));
}

/** Packages what changed, through Nx. When nothing did, this is Nx itself. */
export async function packageAll(stage: EmulatedStage): Promise<void> {
  await succeed(stage.nx('run-many', '-t', 'package'));
}

/** The last template of each function in CloudFormation, which updates a function when anything differs. */
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
