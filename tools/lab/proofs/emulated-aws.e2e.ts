/**
 * The emulated AWS behaves as AWS where deployments depend on it: states of stacks, failures, revisions, time and limits.
 * The texts of errors are quoted from reports of people who got them.
 */
import { createHash } from 'node:crypto';
import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { zip } from '@nanoservices/build';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Emulator, emulatorVariables, startEmulator } from '../testbed/aws/emulator.ts';

const region = 'eu-central-1';

/** The clients of an emulator; nothing is retried. */
function clientsOf({ url }: Emulator) {
  const variables = emulatorVariables(url);
  const options = {
    ...{ region, endpoint: url, maxAttempts: 1 },
    credentials: {
      accessKeyId: `${variables.AWS_ACCESS_KEY_ID}`,
      secretAccessKey: `${variables.AWS_SECRET_ACCESS_KEY}`,
    },
  };
  return { stacks: new CloudFormationClient(options), lambda: new LambdaClient(options) };
}
type Clients = ReturnType<typeof clientsOf>;

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const template = (name: string, retention = 7, more: object = {}) =>
  JSON.stringify({
    Resources: {
      Logs: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: `/test/${name}`, RetentionInDays: retention },
      },
      Rights: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: trust, Description: { 'Fn::Sub': `\${Logs}` } },
      },
      ...more,
    },
    Outputs: { Logs: { Value: { Ref: 'Logs' } } },
  });

async function createChangeSet(
  { stacks }: Clients,
  name: string,
  kind: 'CREATE' | 'UPDATE',
  body: string,
  changeSet = `change-${Math.random()}`.replace('.', ''),
): Promise<string> {
  const { Id = '' } = await stacks.send(
    new CreateChangeSetCommand({
      ...{ StackName: name, ChangeSetName: changeSet, ChangeSetType: kind, TemplateBody: body },
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  return Id;
}
const execute = ({ stacks }: Clients, id: string, more: object = {}) =>
  stacks.send(new ExecuteChangeSetCommand({ ChangeSetName: id, ...more }));

async function deploy(clients: Clients, name: string, kind: 'CREATE' | 'UPDATE', body: string, more = {}) {
  await execute(clients, await createChangeSet(clients, name, kind, body), more);
}

async function statusOf({ stacks }: Clients, name: string): Promise<string | undefined> {
  const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: name }));
  return Stacks?.[0]?.StackStatus;
}

async function statesOf({ stacks }: Clients, name: string): Promise<Record<string, string>> {
  const { StackResources = [] } = await stacks.send(new DescribeStackResourcesCommand({ StackName: name }));
  return Object.fromEntries(
    StackResources.map(({ LogicalResourceId = '', ResourceStatus = '' }) => [
      LogicalResourceId,
      ResourceStatus,
    ]),
  );
}

/** States that a stack passed, oldest first. */
async function passedBy({ stacks }: Clients, name: string): Promise<string[]> {
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: name }));
  return StackEvents.reverse()
    .filter(({ ResourceType }) => ResourceType === 'AWS::CloudFormation::Stack')
    .map(({ ResourceStatus = '' }) => ResourceStatus);
}

describe('stacks', () => {
  let emulator: Emulator;
  let clients: Clients;

  beforeAll(async () => {
    emulator = await startEmulator();
    clients = clientsOf(emulator);
  });
  afterAll(() => emulator?.close());

  it('are in review until their change set is executed, and then complete', async () => {
    const id = await createChangeSet(clients, 'new', 'CREATE', template('new'));
    expect(await statusOf(clients, 'new')).toBe('REVIEW_IN_PROGRESS');
    await expect(createChangeSet(clients, 'new', 'UPDATE', template('new'))).rejects.toThrow(
      /is in REVIEW_IN_PROGRESS state and can not be updated/,
    );
    // A second attempt at creation finds the same stack.
    await createChangeSet(clients, 'new', 'CREATE', template('new'));
    await execute(clients, id);
    expect(await passedBy(clients, 'new')).toEqual([
      'REVIEW_IN_PROGRESS',
      'CREATE_IN_PROGRESS',
      'CREATE_COMPLETE',
    ]);
    expect(await statesOf(clients, 'new')).toEqual({ Logs: 'CREATE_COMPLETE', Rights: 'CREATE_COMPLETE' });
    await expect(createChangeSet(clients, 'new', 'CREATE', template('new'))).rejects.toThrow(
      /^Stack \[new\] already exists and cannot be created again with the changeSet/,
    );
  });

  it('need capabilities for roles, and a template that is not too long', async () => {
    const input = { StackName: 'refused', ChangeSetName: 'first', ChangeSetType: 'CREATE' as const };
    const send = (body: string) =>
      clients.stacks.send(new CreateChangeSetCommand({ ...input, TemplateBody: body }));
    await expect(send(template('refused'))).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
    });
    await expect(send(template('refused') + ' '.repeat(52_000))).rejects.toThrow(/equal to 51200/);
    await expect(statusOf(clients, 'refused')).rejects.toThrow('Stack with id refused does not exist');
  });

  it('a change set without a change fails; one of an older state is obsolete', async () => {
    await deploy(clients, 'outdated', 'CREATE', template('outdated'));
    const same = await createChangeSet(clients, 'outdated', 'UPDATE', template('outdated'));
    expect(await clients.stacks.send(new DescribeChangeSetCommand({ ChangeSetName: same }))).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason: expect.stringContaining("didn't contain changes"),
    });
    await expect(execute(clients, same)).rejects.toThrow(
      /cannot be executed in its current status of \[FAILED\]/,
    );
    const first = await createChangeSet(clients, 'outdated', 'UPDATE', template('outdated', 14));
    await deploy(clients, 'outdated', 'UPDATE', template('outdated', 30));
    await expect(execute(clients, first)).rejects.toMatchObject({
      name: 'InvalidChangeSetStatusException',
      message: expect.stringContaining('cannot be executed in its current execution status of [OBSOLETE]'),
    });
    expect(await emulator.deployed(region, 'outdated', 'Logs')).toMatchObject({ RetentionInDays: 30 });
  });

  it('names of change sets belong to their stack', async () => {
    await createChangeSet(clients, 'one', 'CREATE', template('one'), 'same-name');
    await createChangeSet(clients, 'two', 'CREATE', template('two'), 'same-name');
    await expect(createChangeSet(clients, 'two', 'CREATE', template('two'), 'same-name')).rejects.toThrow(
      /already exists/,
    );
    await clients.stacks.send(new ExecuteChangeSetCommand({ StackName: 'one', ChangeSetName: 'same-name' }));
    expect(await statusOf(clients, 'one')).toBe('CREATE_COMPLETE');
    expect(await statusOf(clients, 'two')).toBe('REVIEW_IN_PROGRESS');
    await expect(
      clients.stacks.send(new DescribeChangeSetCommand({ StackName: 'two', ChangeSetName: 'other' })),
    ).rejects.toThrow('ChangeSet [other] does not exist');
  });

  it('a failed creation is rolled back, can only be deleted, and then be created again', async () => {
    await emulator.fail({ stack: 'broken', resource: 'Rights', action: 'create', reason: 'No more roles' });
    await deploy(clients, 'broken', 'CREATE', template('broken'));
    expect(await passedBy(clients, 'broken')).toEqual([
      ...['REVIEW_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'],
    ]);
    const { StackEvents = [] } = await clients.stacks.send(
      new DescribeStackEventsCommand({ StackName: 'broken' }),
    );
    expect(StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')).toMatchObject({
      LogicalResourceId: 'Rights',
      ResourceStatusReason: 'No more roles',
    });
    await expect(createChangeSet(clients, 'broken', 'UPDATE', template('broken', 9))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(
        /^Stack:arn:aws:.* is in ROLLBACK_COMPLETE state and can not be updated\.$/,
      ),
    });
    await clients.stacks.send(new DeleteStackCommand({ StackName: 'broken' }));
    await deploy(clients, 'broken', 'CREATE', template('broken'));
    expect(await statusOf(clients, 'broken')).toBe('CREATE_COMPLETE');
  });

  it('a failed creation without rollback stays', async () => {
    await emulator.fail({ stack: 'kept', resource: 'Rights', action: 'create' });
    await deploy(clients, 'kept', 'CREATE', template('kept'), { DisableRollback: true });
    expect(await statusOf(clients, 'kept')).toBe('CREATE_FAILED');
    expect(await statesOf(clients, 'kept')).toEqual({ Logs: 'CREATE_COMPLETE' });
    await expect(deploy(clients, 'kept', 'UPDATE', template('kept'))).rejects.toThrow(
      /currently in a non-terminal \[CREATE_FAILED\] state/,
    );
  });

  it('a failed update is rolled back: resources, template and tags', async () => {
    await deploy(clients, 'restored', 'CREATE', template('restored', 7));
    await emulator.fail({ stack: 'restored', resource: 'More', action: 'create' });
    const more = { More: { Type: 'AWS::Logs::LogGroup', DependsOn: 'Logs', Properties: {} } };
    await deploy(clients, 'restored', 'UPDATE', template('restored', 30, more));
    expect((await passedBy(clients, 'restored')).slice(3)).toEqual([
      'UPDATE_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(await emulator.deployed(region, 'restored', 'Logs')).toMatchObject({ RetentionInDays: 7 });
    expect(await emulator.deployed(region, 'restored', 'More')).toBeUndefined();
    await deploy(clients, 'restored', 'UPDATE', template('restored', 30, more));
    expect(await statusOf(clients, 'restored')).toBe('UPDATE_COMPLETE');
  });

  it('a failed rollback can be continued', async () => {
    await deploy(clients, 'stuck', 'CREATE', template('stuck', 7));
    const more = { More: { Type: 'AWS::Logs::LogGroup', DependsOn: 'Logs', Properties: {} } };
    await emulator.fail({ stack: 'stuck', resource: 'More', action: 'create' });
    await emulator.fail({ stack: 'stuck', resource: 'Logs', action: 'rollback' });
    await deploy(clients, 'stuck', 'UPDATE', template('stuck', 30, more));
    expect(await statusOf(clients, 'stuck')).toBe('UPDATE_ROLLBACK_FAILED');
    await expect(
      clients.stacks.send(
        new UpdateStackCommand({
          ...{ StackName: 'stuck', TemplateBody: template('stuck') },
          Capabilities: ['CAPABILITY_IAM'],
        }),
      ),
    ).rejects.toThrow(/is in UPDATE_ROLLBACK_FAILED state and can not be updated/);
    await clients.stacks.send(new ContinueUpdateRollbackCommand({ StackName: 'stuck' }));
    expect(await statusOf(clients, 'stuck')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await emulator.deployed(region, 'stuck', 'Logs')).toMatchObject({ RetentionInDays: 7 });
  });

  it('a failed change set leaves a new stack in review, a failed deletion what it cannot delete', async () => {
    await emulator.fail({ stack: 'reviewed', action: 'changeSet', reason: 'Transform failed' });
    const id = await createChangeSet(clients, 'reviewed', 'CREATE', template('reviewed'));
    expect(await clients.stacks.send(new DescribeChangeSetCommand({ ChangeSetName: id }))).toMatchObject({
      Status: 'FAILED',
      StatusReason: 'Transform failed',
    });
    expect(await statusOf(clients, 'reviewed')).toBe('REVIEW_IN_PROGRESS');
    await deploy(clients, 'reviewed', 'CREATE', template('reviewed'));

    await emulator.fail({ stack: 'reviewed', resource: 'Logs', action: 'delete' });
    await clients.stacks.send(new DeleteStackCommand({ StackName: 'reviewed' }));
    expect(await statusOf(clients, 'reviewed')).toBe('DELETE_FAILED');
    await clients.stacks.send(new DeleteStackCommand({ StackName: 'reviewed' }));
    await expect(statusOf(clients, 'reviewed')).rejects.toThrow(/does not exist/);
  });

  it('an HTTP API has an address, and the document that was deployed last', async () => {
    expect(await emulator.apiBodies(region, 'api')).toEqual([]);
    await deploy(clients, 'api', 'CREATE', apiTemplate('one'));
    const { Stacks } = await clients.stacks.send(new DescribeStacksCommand({ StackName: 'api' }));
    expect(Stacks?.[0]?.Outputs?.[0]?.OutputValue).toMatch(/^https:\/\/\w+\.example\.com$/);
    await deploy(clients, 'api', 'UPDATE', apiTemplate('two'));
    expect(await emulator.apiBodies(region, 'api')).toEqual([{ openapi: '3.0.1', target: `${region}:two` }]);
  });

  it('a test can bring a stack into a state', async () => {
    await deploy(clients, 'set', 'CREATE', template('set'));
    await emulator.setStackStatus(region, 'set', 'UPDATE_IN_PROGRESS');
    await expect(createChangeSet(clients, 'set', 'UPDATE', template('set', 9))).rejects.toThrow(
      /is in UPDATE_IN_PROGRESS state and can not be updated/,
    );
    await expect(clients.stacks.send(new DeleteStackCommand({ StackName: 'set' }))).rejects.toThrow(
      /^Stack \[arn:.*\] cannot be deleted while in status UPDATE_IN_PROGRESS$/,
    );
    await emulator.setStackStatus(region, 'set', 'UPDATE_ROLLBACK_FAILED');
    await clients.stacks.send(new ContinueUpdateRollbackCommand({ StackName: 'set' }));
    expect(await statusOf(clients, 'set')).toBe('UPDATE_ROLLBACK_COMPLETE');
    await emulator.setStackStatus(region, 'made', 'ROLLBACK_COMPLETE');
    expect(await statusOf(clients, 'made')).toBe('ROLLBACK_COMPLETE');
  });
});

const apiTemplate = (target: string) =>
  JSON.stringify({
    Resources: {
      HttpApi: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Body: { openapi: '3.0.1', target: { 'Fn::Sub': `\${AWS::Region}:${target}` } } },
      },
    },
    Outputs: { Url: { Value: { 'Fn::Sub': `https://\${HttpApi}.example.com` } } },
  });

const code = (text: string) =>
  zip({ 'handler.mjs': Buffer.from(`export const handler = async () => ${JSON.stringify(text)};`) });
const sha256 = (zipped: Uint8Array) => createHash('sha256').update(zipped).digest('base64');
const functionTemplate = (name: string, settings: object = {}) =>
  template(name, 7, {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        ...{ Handler: 'handler.handler', Runtime: 'nodejs24.x', Role: { 'Fn::GetAtt': ['Rights', 'Arn'] } },
        Code: { ZipFile: 'no code yet' },
        ...settings,
      },
    },
  });

async function settled({ lambda }: Clients, name: string): Promise<void> {
  const waiter = { client: lambda, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.1 };
  await waitUntilFunctionUpdatedV2(waiter, { FunctionName: name });
}

describe('functions', () => {
  let emulator: Emulator;
  let clients: Clients;
  const name = 'greet';
  const latest = async () =>
    (await clients.lambda.send(new GetFunctionCommand({ FunctionName: name }))).Configuration;
  const update = (text: string, more: object = {}) =>
    clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: code(text), ...more }));
  const publish = (more: object = {}) =>
    clients.lambda.send(new PublishVersionCommand({ FunctionName: name, ...more }));
  const move = (version: string, more: object = {}) =>
    clients.lambda.send(
      new UpdateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: version, ...more }),
    );
  const failsPrecondition = { name: 'PreconditionFailedException', $metadata: { httpStatusCode: 412 } };

  beforeAll(async () => {
    emulator = await startEmulator();
    clients = clientsOf(emulator);
    await deploy(clients, name, 'CREATE', functionTemplate(name));
  });
  afterAll(() => emulator?.close());

  it('change with their revision: a request with an older one is refused', async () => {
    const before = (await latest())?.RevisionId;
    expect(before).toMatch(/^[0-9a-f-]{36}$/);
    expect((await latest())?.RevisionId).toBe(before);
    await update('one', { RevisionId: before });
    const after = (await latest())?.RevisionId;
    expect(after).not.toBe(before);
    await expect(update('two', { RevisionId: before })).rejects.toMatchObject(failsPrecondition);
    await expect(publish({ RevisionId: before })).rejects.toMatchObject(failsPrecondition);
    expect((await latest())?.CodeSha256).toBe(sha256(code('one')));
    expect((await publish({ RevisionId: after })).Version).toBe('1');
  });

  it('are published once per state, never under a number that was used', async () => {
    expect((await publish()).Version).toBe('1');
    await expect(publish({ CodeSha256: 'other' })).rejects.toThrow(/is different from current CodeSHA256/);
    await update('two');
    expect((await publish({ CodeSha256: sha256(code('two')) })).Version).toBe('2');
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: '2' }));
    await update('three');
    expect((await publish()).Version).toBe('3');
  });

  it('have aliases whose revision changes with each change', async () => {
    const create = () =>
      clients.lambda.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    const { RevisionId: first } = await create();
    await expect(create()).rejects.toMatchObject({ name: 'ResourceConflictException' });
    const { RevisionId: second } = await move('3', { RevisionId: first });
    expect(second).not.toBe(first);
    await expect(move('1', { RevisionId: first })).rejects.toMatchObject(failsPrecondition);
    const alias = await clients.lambda.send(new GetAliasCommand({ FunctionName: name, Name: 'live' }));
    expect(alias).toMatchObject({ FunctionVersion: '3', RevisionId: second });
    await expect(
      clients.lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: '3' })),
    ).rejects.toThrow(/the following aliases reference it: \[live\]/);
  });

  it('keep their code in an update of their stack that names no other, and lose settings that it no longer names', async () => {
    const before = await latest();
    const settings = { MemorySize: 512, Environment: { Variables: { MODE: 'test' } } };
    await deploy(clients, name, 'UPDATE', functionTemplate(name, settings));
    expect(await latest()).toMatchObject({ ...settings, CodeSha256: before?.CodeSha256 });
    expect((await latest())?.RevisionId).not.toBe(before?.RevisionId);
    await deploy(clients, name, 'UPDATE', functionTemplate(name));
    expect(await latest()).toMatchObject({ MemorySize: 128, CodeSha256: before?.CodeSha256 });
    expect((await latest())?.Environment).toBeUndefined();
    await deploy(clients, name, 'UPDATE', functionTemplate(name, { Code: { ZipFile: 'other code' } }));
    expect((await latest())?.CodeSha256).not.toBe(before?.CodeSha256);
  });

  it('share requests by the weights of an alias', async () => {
    await move('3', { RoutingConfig: { AdditionalVersionWeights: { 1: 0.25 } } });
    const versions: (string | undefined)[] = [];
    for (let request = 0; request < 8; request++) {
      const { ExecutedVersion } = await clients.lambda.send(
        new InvokeCommand({ FunctionName: `${name}:live`, Payload: '{}' }),
      );
      versions.push(ExecutedVersion);
    }
    expect(versions.filter((version) => version === '1')).toHaveLength(2);
    expect(versions.filter((version) => version === '3')).toHaveLength(6);
  });
});

describe('with time', () => {
  // A role takes 17 s on AWS. Long enough for the requests of a test to come before the end of what they meet.
  const latency = 0.2;
  let emulator: Emulator;
  let clients: Clients;
  const name = 'greet';

  beforeAll(async () => {
    emulator = await startEmulator({ latency });
    clients = clientsOf(emulator);
  });
  afterAll(() => emulator?.close());

  const waiting = { timeout: 60_000, interval: 200 };
  const untilStatus = (stack: string, wanted: string) =>
    vi.waitUntil(async () => (await statusOf(clients, stack).catch(() => 'gone')) === wanted, {
      timeout: 60_000,
      interval: 200,
    });
  const changeSetOf = async (id: string) =>
    (await clients.stacks.send(new DescribeChangeSetCommand({ ChangeSetName: id }))).ExecutionStatus;

  it('stacks pass every state, and are not changed meanwhile', async () => {
    const id = await createChangeSet(clients, name, 'CREATE', functionTemplate(name));
    await expect(execute(clients, id)).rejects.toThrow(/in its current status of \[CREATE_IN_PROGRESS\]/);
    await vi.waitUntil(async () => (await changeSetOf(id)) === 'AVAILABLE', {
      timeout: 60_000,
      interval: 200,
    });
    await execute(clients, id);
    expect(await statusOf(clients, name)).toBe('CREATE_IN_PROGRESS');
    await expect(createChangeSet(clients, name, 'UPDATE', functionTemplate(name))).rejects.toThrow(
      /is in CREATE_IN_PROGRESS state and can not be updated/,
    );
    await untilStatus(name, 'CREATE_COMPLETE');
    const { StackEvents = [] } = await clients.stacks.send(
      new DescribeStackEventsCommand({ StackName: name }),
    );
    const order = StackEvents.reverse().map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
    // Each resource begins when those that it needs are complete.
    expect(order.indexOf('Rights CREATE_IN_PROGRESS')).toBeGreaterThan(order.indexOf('Logs CREATE_COMPLETE'));
    expect(order.indexOf('Function CREATE_IN_PROGRESS')).toBeGreaterThan(
      order.indexOf('Rights CREATE_COMPLETE'),
    );
  });

  it('an HTTP API has two documents until a change is everywhere', async () => {
    const run = async (kind: 'CREATE' | 'UPDATE', target: string) => {
      const id = await createChangeSet(clients, 'api', kind, apiTemplate(target));
      await vi.waitUntil(async () => (await changeSetOf(id)) === 'AVAILABLE', waiting);
      await execute(clients, id);
    };
    const targets = async () =>
      (await emulator.apiBodies(region, 'api')).map((body) => (body as { target: string }).target);
    await run('CREATE', 'one');
    await untilStatus('api', 'CREATE_COMPLETE');
    const seen = new Set<string>();
    await run('UPDATE', 'two');
    await vi.waitUntil(
      async () => {
        const now = `${await targets()}`;
        seen.add(now);
        return now === `${region}:two`;
      },
      { timeout: 60_000, interval: 10 },
    );
    expect([...seen]).toEqual([`${region}:one`, `${region}:two,${region}:one`, `${region}:two`]);
  });

  it('functions are busy after a change, refuse another one, and have a new revision when they are ready', async () => {
    const change = (text: string) =>
      clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: code(text) }));
    const { LastUpdateStatus, RevisionId } = await change('one');
    expect(LastUpdateStatus).toBe('InProgress');
    const conflict = {
      name: 'ResourceConflictException',
      message: expect.stringMatching(
        /An update is in progress for resource: arn:aws:lambda:.*:function:greet$/,
      ),
    };
    await expect(change('two')).rejects.toMatchObject(conflict);
    await expect(
      clients.lambda.send(new PublishVersionCommand({ FunctionName: name })),
    ).rejects.toMatchObject(conflict);
    await settled(clients, name);
    const ready = await clients.lambda.send(new GetFunctionCommand({ FunctionName: name }));
    expect(ready.Configuration).toMatchObject({ LastUpdateStatus: 'Successful' });
    expect(ready.Configuration?.RevisionId).not.toBe(RevisionId);
    await clients.lambda.send(new PublishVersionCommand({ FunctionName: name }));
  });

  it('a creation that fails passes its rollback; a creation can be deleted under way', async () => {
    await emulator.fail({ stack: 'failing', resource: 'Rights', action: 'create' });
    const run = async (stack: string) => {
      const id = await createChangeSet(clients, stack, 'CREATE', template(stack));
      await vi.waitUntil(async () => (await changeSetOf(id)) === 'AVAILABLE', {
        timeout: 60_000,
        interval: 200,
      });
      await execute(clients, id);
    };
    await run('failing');
    await untilStatus('failing', 'ROLLBACK_COMPLETE');
    expect(await passedBy(clients, 'failing')).toContain('ROLLBACK_IN_PROGRESS');
    await run('dropped');
    await clients.stacks.send(new DeleteStackCommand({ StackName: 'dropped' }));
    expect(await statusOf(clients, 'dropped')).toBe('DELETE_IN_PROGRESS');
    await untilStatus('dropped', 'gone');
  });
});

describe('limits', () => {
  it('refuse requests that are too many, of Lambda together, of CloudFormation per action', async () => {
    // Slower than AWS, so that even a slow machine sends too much.
    const emulator = await startEmulator({ latency: 3 });
    try {
      const { lambda, stacks } = clientsOf(emulator);
      const refusals = async (request: () => Promise<unknown>) => {
        const requests = Array.from({ length: 60 }, () => request().catch((error: Error) => error.name));
        return new Set(await Promise.all(requests));
      };
      const alias = new GetAliasCommand({ FunctionName: 'none', Name: 'live' });
      expect(await refusals(() => lambda.send(alias))).toEqual(
        new Set(['ResourceNotFoundException', 'TooManyRequestsException']),
      );
      const throttled = await emulator.throttledRequests();
      expect(throttled).toBeGreaterThan(0);
      expect(await refusals(() => stacks.send(new DescribeStacksCommand({ StackName: 'none' })))).toEqual(
        new Set(['ValidationError', 'Throttling']),
      );
      expect(await emulator.throttledRequests()).toBeGreaterThan(throttled);
    } finally {
      emulator.close();
    }
  });
});
