import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Stage } from '@nanoservices/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStages } from '../settings/read-stage.ts';
import { packageFunction, readArtifact } from './artifact.ts';

const root = mkdtempSync(join(tmpdir(), 'artifact-'));
const folder = join(root, 'functions/users/get-user');
const getUser = {
  name: 'get-user',
  root: 'functions/users/get-user',
  summary: 'Read a user: "with" their games',
  memorySize: 256,
  timeout: 10,
  usesDatabase: true,
  grants: { 'users.users': ['select'] as const },
  routes: ['GET /users/{userId}'],
  calls: [{ endpoint: 'list-user-games', function: 'games' }],
};
let stages: Stage[];

beforeAll(() => {
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(
    join(folder, 'dist/handler.mjs'),
    'export const handler = async () => ({ statusCode: 204 });',
  );
  const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
  const dev = { region: 'eu-central-1', environment: { SHOP: 'open' }, tags: { team: 'games' } };
  const prod = { region: 'us-east-1', vpc, databaseUrlKeyArn: 'arn:aws:kms:us-east-1:1:key/k' };
  writeFileSync(
    join(root, 'functions/stages.json'),
    JSON.stringify({ application: 'shop', stages: { dev, prod } }),
  );
  stages = readStages(root);
});
afterAll(() => rmSync(root, { recursive: true }));

const stageNamed = (name: string) => stages.find((stage) => stage.name === name) as Stage;

it('is asked for when it is not there', () => {
  expect(() => readArtifact(root, stageNamed('dev'), getUser)).toThrow(
    'get-user is not packaged: npx nx run get-user:package',
  );
  expect(() => packageFunction(root, { ...getUser, name: 'x', root: 'x' }, stages)).toThrow(
    'x is not built: npx nx run x:build',
  );
});

it('is a zip, and a serverless.yml for each stage', () => {
  packageFunction(root, getUser, stages);
  expect(existsSync(join(folder, 'artifact/function.zip'))).toBe(true);
  const yml = readFileSync(join(folder, 'artifact/dev/serverless.yml'), 'utf8');
  expect(yml).toContain('FUNCTION_LIST_USER_GAMES: shop-dev-games:live');
  expect(yml).toContain('runtime: nodejs24.x');
  expect(readFileSync(join(folder, 'artifact/prod/serverless.yml'), 'utf8')).toContain('region: us-east-1');
});

it('has another configuration for anything but the code, and only then', () => {
  const dev = stageNamed('dev');
  const { configuration, codeSha256 } = readArtifact(root, dev, getUser);
  expect(readArtifact(root, { ...dev }, { ...getUser }).configuration).toBe(configuration);
  const others = [
    readArtifact(root, dev, { ...getUser, memorySize: 512 }),
    readArtifact(root, dev, { ...getUser, timeout: 11 }),
    readArtifact(root, dev, { ...getUser, reservedConcurrency: 5 }),
    readArtifact(root, dev, { ...getUser, usesDatabase: false }),
    readArtifact(root, dev, { ...getUser, calls: [] }),
    readArtifact(root, { ...dev, logRetentionDays: 30 }, getUser),
    readArtifact(root, { ...dev, environment: {} }, getUser),
    readArtifact(root, { ...dev, tags: {} }, getUser),
    readArtifact(root, stageNamed('prod'), getUser),
  ];
  expect(new Set([configuration, ...others.map((one) => one.configuration)]).size).toBe(10);
  expect(new Set(others.map((one) => one.codeSha256))).toEqual(new Set([codeSha256]));
});

describe('its serverless.yml', () => {
  it.each(['dev', 'prod'])('is one that the real Serverless packages, for %s', async (name) => {
    packageFunction(root, getUser, stages);
    const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
    const cwd = join(folder, 'artifact', name);
    await promisify(execFile)(process.execPath, [serverless, 'package'], { cwd });
    const template = JSON.parse(
      readFileSync(join(cwd, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
    );
    const resources = template.Resources;
    expect(Object.keys(resources).sort()).toEqual([
      'FunctionRole',
      'GetDashuserLambdaFunction',
      'GetDashuserLogGroup',
    ]);
    expect(resources.GetDashuserLambdaFunction.Properties).toMatchObject({
      FunctionName: `shop-${name}-get-user`,
      Description: expect.stringMatching(/^Read a user: "with" their games \(configuration [0-9a-f]{16}\)$/),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: 10,
      LoggingConfig: { LogFormat: 'JSON' },
      Handler: 'handler.handler',
    });
    expect(resources.GetDashuserLogGroup.Properties).toMatchObject({ RetentionInDays: 14 });
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
      ['logs:CreateLogStream,logs:PutLogEvents', `log-group:/aws/lambda/shop-${name}-get-user:*`],
      ['lambda:InvokeFunction', `function:shop-${name}-games:live`],
      ['ssm:GetParameter', `parameter/shop/${name}/database-url/get-user`],
      ...(name === 'prod' ? [['kms:Decrypt', 'arn:aws:kms:us-east-1:1:key/k']] : []),
    ]);
  });
});
