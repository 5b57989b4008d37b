import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readStages, type Stage } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packedFunction } from '../testing/shop.ts';
import { packageCode, readArtifact } from './artifact.ts';
import { writeTemplates } from './template-files.ts';

const root = mkdtempSync(join(tmpdir(), 'artifact-'));
const getCustomer = packedFunction();
const { settings } = getCustomer;
const folder = join(root, getCustomer.root);
let stages: Stage[];

beforeAll(() => {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(
    join(folder, 'dist/handler.mjs'),
    'export const handler = async () => ({ statusCode: 204 });',
  );
  const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
  const dev = { region: 'eu-central-1', environment: { SHOP: 'open' }, tags: { team: 'sales' } };
  const prod = { region: 'us-east-1', vpc, databaseUrlKeyArn: 'arn:aws:kms:us-east-1:1:key/k' };
  writeFileSync(
    join(root, 'functions/stages.json'),
    JSON.stringify({ application: 'shop', stages: { dev, prod } }),
  );
  stages = readStages(root);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Packages a function for all stages. */
async function packageFunction(...[, packed]: Parameters<typeof packageCode>): Promise<void> {
  await packageCode(root, packed, stages);
  for (const stage of stages) await writeTemplates(root, stage, [packed]);
}

const readReports = {
  actions: ['s3:GetObject'],
  resources: ['arn:aws:s3:::reports-{stage}/*', 'arn:aws:sqs:{region}:{account}:mail'],
};

const stageNamed = (name: string) => stages.find((stage) => stage.name === name) as Stage;

it('is asked for when it is not there', async () => {
  expect(() => readArtifact(root, stageNamed('dev'), getCustomer)).toThrow(
    'get-customer is not packaged: npx nx run get-customer:package',
  );
  const notBuilt = packedFunction({ name: 'x', root: 'x', bundle: 'x/dist/handler.mjs' });
  await expect(packageFunction(root, notBuilt, stages)).rejects.toThrow('x is not built: npx nx run x:build');
});

it('is a zip, and a serverless.yml for each stage', async () => {
  await packageFunction(root, getCustomer, stages);
  expect(existsSync(join(folder, 'artifact/function.zip'))).toBe(true);
  const yml = readFileSync(join(folder, 'artifact/dev/serverless.yml'), 'utf8');
  expect(yml).toContain('FUNCTION_LIST_CUSTOMER_ORDERS: shop-dev-orders:live');
  expect(yml).toContain('runtime: nodejs24.x');
  expect(readFileSync(join(folder, 'artifact/prod/serverless.yml'), 'utf8')).toContain('region: us-east-1');
});

it('has another configuration for anything but the code, and only then', () => {
  const dev = stageNamed('dev');
  const { configuration, codeSha256 } = readArtifact(root, dev, getCustomer);
  expect(readArtifact(root, { ...dev }, { ...getCustomer }).configuration).toBe(configuration);
  const others = [
    readArtifact(root, dev, packedFunction({ settings: { ...settings, memorySize: 512 } })),
    readArtifact(root, dev, packedFunction({ settings: { ...settings, timeout: 11 } })),
    readArtifact(root, dev, packedFunction({ settings: { ...settings, reservedConcurrency: 5 } })),
    readArtifact(root, dev, packedFunction({ environment: { SHOP_MODE: 'open' } })),
    readArtifact(root, dev, packedFunction({ permissions: [readReports] })),
    readArtifact(root, dev, packedFunction({ usesDatabase: false })),
    readArtifact(root, dev, packedFunction({ calls: [] })),
    readArtifact(root, { ...dev, logRetentionDays: 30 }, getCustomer),
    readArtifact(root, { ...dev, environment: {} }, getCustomer),
    readArtifact(root, { ...dev, tags: {} }, getCustomer),
    readArtifact(root, stageNamed('prod'), getCustomer),
  ];
  expect(new Set([configuration, ...others.map((one) => one.configuration)]).size).toBe(12);
  expect(new Set(others.map((one) => one.codeSha256))).toEqual(new Set([codeSha256]));
});

/** @returns the CloudFormation template that the real Serverless makes */
async function packagedByServerless(cwd: string) {
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  await promisify(execFile)(process.execPath, [serverless, 'package'], { cwd });
  return JSON.parse(readFileSync(join(cwd, '.serverless/cloudformation-template-update-stack.json'), 'utf8'));
}

describe('its serverless.yml', () => {
  it.each(['dev', 'prod'])('is one that the real Serverless packages, for %s', async (name) => {
    await packageFunction(root, getCustomer, stages);
    const { Resources: resources } = await packagedByServerless(join(folder, 'artifact', name));
    expect(Object.keys(resources).sort()).toEqual([
      'FunctionRole',
      'GetDashcustomerLambdaFunction',
      'GetDashcustomerLogGroup',
    ]);
    expect(resources.GetDashcustomerLambdaFunction.Properties).toMatchObject({
      FunctionName: `shop-${name}-get-customer`,
      Description: expect.stringMatching(
        /^Read a customer: "with" their orders \(configuration [0-9a-f]{16}\)$/,
      ),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: 10,
      LoggingConfig: { LogFormat: 'JSON' },
      Handler: 'handler.handler',
    });
    expect(resources.GetDashcustomerLogGroup.Properties).toMatchObject({ RetentionInDays: 14 });
    const [policy] = resources.FunctionRole.Properties.Policies;
    expect(policy.PolicyDocument.Version).toBe('2012-10-17');
    const granted = policy.PolicyDocument.Statement.map(
      (one: { Action: string[]; Resource: { 'Fn::Sub': string }[] }) => [
        one.Action.join(),
        one.Resource.map((arn) =>
          (arn['Fn::Sub'] ?? arn).toString().replace(/^.*\$\{AWS::AccountId\}:/, ''),
        ).join(),
      ],
    );
    expect(granted).toEqual([
      ['logs:CreateLogStream,logs:PutLogEvents', `log-group:/aws/lambda/shop-${name}-get-customer:*`],
      ['lambda:InvokeFunction', `function:shop-${name}-orders:live`],
      ['ssm:GetParameter', `parameter/shop/${name}/database-url/get-customer`],
      ...(name === 'prod' ? [['kms:Decrypt', 'arn:aws:kms:us-east-1:1:key/k']] : []),
    ]);
  });

  it('has the variables and permissions of endpoints, with the values of the stage', async () => {
    const notes = packedFunction({
      name: 'list-notes',
      root: 'functions/notes/list-notes',
      bundle: getCustomer.bundle,
      usesDatabase: false,
      calls: [],
      environment: {
        TABLE: 'notes-{stage}',
        QUEUE: 'https://sqs.{region}.amazonaws.com/{account}/mail',
        // Serverless, or CloudFormation, would put something else in its place.
        // biome-ignore lint/suspicious/noTemplateCurlyInString: text that looks like a variable
        TEMPLATE: 'Dear ${env:HOME}, ${AWS::Region} and {name}',
      },
      permissions: [readReports],
    });
    await packageFunction(root, notes, stages);
    const { Resources } = await packagedByServerless(join(root, notes.root, 'artifact/dev'));
    expect(Resources.ListDashnotesLambdaFunction.Properties.Environment.Variables).toEqual({
      SHOP: 'open',
      TABLE: 'notes-dev',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
      QUEUE: { 'Fn::Sub': 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/mail' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: text that looks like a variable
      TEMPLATE: { 'Fn::Sub': 'Dear ${!env:HOME}, ${!AWS::Region} and {name}' },
    });
    const [policy] = Resources.FunctionRole.Properties.Policies;
    expect(policy.PolicyDocument.Statement.at(-1)).toEqual({
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [
        'arn:aws:s3:::reports-dev/*',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
        { 'Fn::Sub': 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:mail' },
      ],
    });
  });

  it('has the network, layers, traces and further keys of a package.json, and the rights that they need', async () => {
    const network = { subnetIds: ['subnet-9'], securityGroupIds: ['sg-{stage}'] };
    const keys = {
      onError: 'arn:aws:sns:{region}:{account}:failures-{stage}',
      kmsKeyArn: { 'Fn::Sub': `arn:aws:kms:\${AWS::Region}:1:key/k` },
      tags: { owner: 'desk' },
      logs: { systemLogLevel: 'WARN' },
    };
    const layers = [
      'arn:aws:lambda:{region}:{account}:layer:fonts:3',
      'arn:aws:lambda:us-east-1:123456789012:layer:geo-{stage}:1',
    ];
    const more = { ephemeralStorage: 1024, layers, vpc: network, tracing: 'Active' as const };
    const packed = packedFunction({
      settings: { ...settings, ...more, extend: [{ root: 'functions', keys }] },
    });
    await packageFunction(root, packed, stages);
    const { Resources } = await packagedByServerless(join(folder, 'artifact/prod'));
    const { Properties } = Resources.GetDashcustomerLambdaFunction;
    expect(Properties).toMatchObject({
      EphemeralStorage: { Size: 1024 },
      Layers: [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
        { 'Fn::Sub': 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:layer:fonts:3' },
        'arn:aws:lambda:us-east-1:123456789012:layer:geo-prod:1',
      ],
      VpcConfig: { SubnetIds: ['subnet-9'], SecurityGroupIds: ['sg-prod'] },
      TracingConfig: { Mode: 'Active' },
      DeadLetterConfig: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
        TargetArn: { 'Fn::Sub': 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:failures-prod' },
      },
      KmsKeyArn: keys.kmsKeyArn,
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
    });
    expect(Properties.Tags).toContainEqual({ Key: 'owner', Value: 'desk' });
    const role = JSON.stringify(Resources.FunctionRole);
    expect(role).toContain('AWSLambdaENIManagementAccess');
    expect(role).toContain('"xray:PutTraceSegments","xray:PutTelemetryRecords"');
    await packageFunction(root, getCustomer, stages);
  });

  it('has no network where package.json says so', async () => {
    const packed = packedFunction({ settings: { ...settings, vpc: false } });
    await packageFunction(root, packed, stages);
    const yml = readFileSync(join(folder, 'artifact/prod/serverless.yml'), 'utf8');
    expect(yml).not.toMatch(/vpc|ENIManagement|subnet/);
  });
});
