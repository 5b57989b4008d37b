// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Serverless
import { join } from 'node:path';
import { FsTree } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmallWorkspace } from '../../testing/small-workspace.ts';
import importGenerator, { type ImportOptions } from './generator.ts';
import { SourceLines } from './source-lines.ts';

let workspace: SmallWorkspace;
beforeEach(() => {
  workspace = new SmallWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

async function generate(options: ImportOptions): Promise<Record<string, string>> {
  const tree = new FsTree(workspace.root, false);
  await importGenerator(tree, options);
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, `${content}`]));
}

const service = (functions: string) =>
  `service: stock\nprovider: { name: aws, runtime: nodejs24.x }\nfunctions:\n${functions}`;

describe('nx g import', () => {
  it.each([
    ['old/none.yml', {}, /^--from: there is no file .*old\/none\.yml/],
    ['old/broken.yml', { 'old/broken.yml': 'openapi: [' }, /is neither YAML nor JSON/],
    ['old/empty.yml', { 'old/empty.yml': 'service: x\nprovider: aws\n' }, /"functions" has none/],
    [
      'old/cloud.yml',
      { 'old/cloud.yml': 'service: x\nprovider: { name: google }\n' },
      /"provider\.name" is google/,
    ],
    ['old/serverless.js', { 'old/serverless.js': 'throw new Error("no config");' }, /no config/],
    ['old/serverless.mjs', { 'old/serverless.mjs': 'process.exit(0);' }, /ends the program that reads it/],
    [
      'old/taken.yml',
      {
        'old/taken.yml': service(
          '  getOrder: { handler: a.handler, events: [{ httpApi: GET /stock }] }\n  other: { handler: a.handler, events: [{ httpApi: GET /orders }] }',
        ),
        'old/a.js': 'exports.handler = async () => {};',
      },
      /^Nothing is imported: "get-order" is there already, in functions\/orders\/get-order; GET \/orders is the route of list-orders\./,
    ],
    ['old/v2.json', { 'old/v2.json': '{ "swagger": "2.0" }' }, /Convert the document to OpenAPI 3 first/],
  ])('refuses %s, and writes nothing', async (from, files, message) => {
    for (const [path, text] of Object.entries(files)) workspace.write(path, text);
    const tree = new FsTree(workspace.root, false);
    await expect(importGenerator(tree, { from: join(workspace.root, from) })).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual([]);
  });

  it('refuses a folder that is no name', async () => {
    await expect(generate({ from: 'x', resource: 'Stock Items' })).rejects.toThrow(
      /--resource: "Stock Items"/,
    );
  });

  it('puts all endpoints into the folder of --resource, and the list into the file of --report', async () => {
    workspace.write(
      'old/serverless.yml',
      service(`  read: { handler: a.read, events: [{ httpApi: 'GET /stock/{id}' }, { sns: x }] }`),
    );
    workspace.write('old/a.js', 'exports.read = async () => {};');
    const files = await generate({
      from: join(workspace.root, 'old/serverless.yml'),
      resource: 'parts',
      report: 'import.md',
    });
    expect(Object.keys(files)).toContain('functions/parts/read-parts/src/contract.ts');
    expect(files['import.md']).toContain('- `old/serverless.yml:4 functions.read.events.1.sns`');
  });

  it('writes no value that a variable has: it may be a secret', async () => {
    workspace.write('old/.env', 'STOCK_SECRET=hidden\n');
    workspace.write(
      'old/serverless.yml',
      `useDotenv: true\n${service("  read:\n    handler: a.read\n    events: [{ httpApi: GET /stock }]\n    environment: { SECRET: '${env:STOCK_SECRET}', MODE: fast }")}`,
    );
    workspace.write('old/a.js', 'exports.read = async () => {};');
    const files = await generate({ from: join(workspace.root, 'old/serverless.yml') });
    const spec = files['functions/stock/read-stock/src/handler.spec.ts'];
    expect(spec).toMatch(/MODE["']?: ["']fast["'], ["']?SECRET["']?: ["']test["']/);
    const { lambda } = JSON.parse(files['functions/stock/read-stock/package.json'] ?? '');
    expect(lambda.environment).toEqual({ MODE: 'fast' });
    expect(Object.values(files).join()).not.toContain('hidden');
  });
});

describe('environment variables and permissions of a service', () => {
  const yml = `
service: stock
custom:
  table: stock-\${sls:stage}
  limits: { dev: 10, prod: 99 }
  others: \${file(others.json)}
provider:
  name: aws
  stage: \${opt:stage, 'dev'}
  environment:
    TABLE: \${self:custom.table}
    TABLE_ARN: !GetAtt Table.Arn
    QUEUE_URL: !Ref Queue
    TOPIC: !Sub arn:\${AWS::Partition}:sns:\${AWS::Region}:\${AWS::AccountId}:\${Table}-\${!x}
    PLACE: !Join ['/', ['\${aws:region}', !Ref Table, 1]]
    LIMIT: \${self:custom.limits.\${self:provider.stage}}
    OTHER: \${self:custom.others.key}
    OWNER: \${env:OWNER, 'nobody'}
    NAMELESS: !Ref Nameless
    STRIPE_KEY: \${ssm:/stripe}
    API_KEY: sk_live_1
    TOKEN_SECONDS: 3600
    AWS_REGION: eu-west-1
  iam:
    role:
      statements:
        - { Effect: Allow, Action: [dynamodb:GetItem, 'DynamoDB:Query'], Resource: [!GetAtt Table.Arn, !Sub '\${Table.Arn}/index/*'] }
        - { Effect: Allow, Action: 's3:*', Resource: '*', Condition: { Bool: { aws:SecureTransport: true } } }
        - { Effect: Deny, Action: 's3:*', Resource: '*' }
        - { Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Nameless.Arn }
functions:
  read:
    handler: a.read
    events: [{ httpApi: GET /stock }]
    environment: { LIMIT: 5 }
  write:
    handler: a.read
    events: [{ httpApi: PUT /stock }]
    iamRoleStatements: [{ Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Queue.Arn }]
resources:
  Resources:
    Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: '\${self:custom.table}' } }
    Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub 'stock-\${AWS::Region}' } }
    Nameless: { Type: AWS::SQS::Queue }
`;
  let files: Record<string, string>;

  beforeEach(async () => {
    workspace.write('old/serverless.yml', yml);
    workspace.write('old/others.json', '{ "key": "hidden" }');
    workspace.write('old/a.js', 'exports.read = async () => {};');
    vi.stubEnv('OWNER', 'hidden');
    files = await generate({
      ...{ from: join(workspace.root, 'old/serverless.yml'), stage: 'prod', report: 'import.md' },
    });
    vi.unstubAllEnvs();
  });

  const lambdaOf = (name: string) =>
    JSON.parse(files[`functions/stock/${name}/package.json`] ?? '').lambda.environment;

  it('are those that the file spells out, with placeholders for stage, region and account', () => {
    expect(lambdaOf('write')).toEqual({
      TABLE: 'stock-{stage}',
      TABLE_ARN: 'arn:aws:dynamodb:{region}:{account}:table/stock-{stage}',
      QUEUE_URL: 'https://sqs.{region}.amazonaws.com/{account}/stock-{region}',
      TOPIC: 'arn:aws:sns:{region}:{account}:stock-{stage}-${x}',
      PLACE: '{region}/stock-{stage}/1',
      LIMIT: '99',
      TOKEN_SECONDS: '3600',
    });
    expect(lambdaOf('read-stock')).toMatchObject({ LIMIT: '5' });
    expect(JSON.stringify(files)).not.toContain('hidden');
  });

  it('are statements that allow something, and those of a function alone where it has its own', () => {
    const table = 'arn:aws:dynamodb:{region}:{account}:table/stock-{stage}';
    const compact = (name: string) =>
      files[`functions/stock/${name}/src/contract.ts`]?.replaceAll(/\s+/g, '').replaceAll(/,(?=[\]})])/g, '');
    expect(compact('read-stock')).toContain(
      `permissions:[{actions:['dynamodb:GetItem','dynamodb:Query'],resources:['${table}','${table}/index/*']}]`,
    );
    expect(compact('write')).toContain(
      `permissions:[{actions:['sqs:SendMessage'],resources:['arn:aws:sqs:{region}:{account}:stock-{region}']}]`,
    );
  });

  it('are listed with the reason where they are not taken over', () => {
    const groups = (files['import.md'] ?? '').matchAll(/\*\*(.*)\*\*\n\n((?:- .*\n)+)/g);
    const listed = [...groups].flatMap(([, reason, lines = '']) =>
      [...lines.matchAll(/(?:environment|statements)\.(\w+)`/g)].map(([, key]) => [key, reason]),
    );
    expect(Object.fromEntries(listed)).toEqual({
      OTHER: expect.stringContaining('not spelled out'),
      OWNER: expect.stringContaining('not spelled out'),
      NAMELESS: expect.stringContaining('not spelled out'),
      STRIPE_KEY: expect.stringContaining('not spelled out'),
      API_KEY: expect.stringContaining('looks like a secret'),
      AWS_REGION: expect.stringContaining('set by Lambda itself'),
      1: expect.stringContaining('"Condition"'),
      2: expect.stringContaining('it allows nothing'),
      3: expect.stringContaining('"Resource" is not spelled out'),
    });
  });
});

describe('lines of keys', () => {
  it('are found through variables, in other files', () => {
    workspace.write(
      'old/serverless.yml',
      'custom:\n  all: ${file(all.yml):here}\nfunctions: ${self:custom.all}\n',
    );
    workspace.write('old/all.yml', 'here:\n  read:\n    handler: x\n');
    const lines = new SourceLines(join(workspace.root, 'old/serverless.yml'));
    expect(lines.placeOf(['functions', 'read', 'handler'])).toEqual({
      file: join(workspace.root, 'old/all.yml'),
      line: 3,
    });
  });

  it('of variables in a circle are those of the last key that is there', () => {
    workspace.write('old/serverless.yml', 'a: ${self:b}\nb: ${self:a}\n');
    expect(new SourceLines(join(workspace.root, 'old/serverless.yml')).placeOf(['b', 'c']).line).toBeLessThan(
      3,
    );
  });
});
