import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Stacks } from '../live/stacks.ts';
import { shopStage } from '../testing/shop.ts';
import { deployedStages } from './deployed-stages.ts';
import { emptyBucket } from './empty-bucket.ts';
import { isEmpty, readContents, stacksOf } from './stage-contents.ts';

interface StackOnAws {
  readonly name: string;
  readonly stage: string;
  readonly function?: string;
}

let stacks: readonly StackOnAws[];
/** Names of parameters that may not be read. */
let denied: RegExp;
/** Names of parameters that were asked for. */
let asked: string[];
let bucketStatus: string;

// A stand-in for AWS on a real socket: CloudFormation takes forms, Systems Manager takes JSON, S3 takes paths.
const aws = createServer(async (request, response) => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (target !== undefined) {
    const { Names = [] } = JSON.parse(body) as { Names?: string[] };
    asked.push(...Names);
    const isDenied = Names.some((name) => denied.test(name));
    const found = Names.map((Name) => ({ Name, Value: 'x', LastModifiedDate: Date.UTC(2026, 0, 3) / 1000 }));
    response
      .writeHead(isDenied ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(isDenied ? { __type: 'AccessDeniedException' } : { Parameters: found }));
    return;
  }
  if (body === '') {
    response.writeHead(404).end('<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>');
    return;
  }
  const action = new URLSearchParams(body).get('Action');
  const result =
    action === 'DescribeStackResource'
      ? `<StackResourceDetail><PhysicalResourceId>bucket</PhysicalResourceId><ResourceStatus>${bucketStatus}</ResourceStatus></StackResourceDetail>`
      : `<Stacks>${stacks.map(stackXml).join('')}</Stacks>`;
  response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
});

function stackXml({ name, stage, function: owner }: StackOnAws): string {
  const tags = Object.entries({ application: 'shop', stage, ...(owner && { function: owner }) });
  const members = tags.map(([key, value]) => `<member><Key>${key}</Key><Value>${value}</Value></member>`);
  return `<member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
    <CreationTime>2026-01-01T00:00:00Z</CreationTime><Tags>${members.join('')}</Tags></member>`;
}

beforeAll(() => new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  aws.closeAllConnections();
  aws.close();
});
beforeEach(() => {
  asked = [];
  denied = /^$/;
  stacks = [];
  const { port } = aws.address() as AddressInfo;
  const variables = {
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined },
    ...{ AWS_PROFILE: undefined, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const region = 'eu-central-1';
const commitOf = (stage: string) => `/shop/${stage}/deployed-commit`;

it('lists each stage with the time of its last deployment, as far as there is the right to read it', async () => {
  stacks = ['dev', 'pr-1', 'pr-2'].map((stage) => ({ name: `shop-${stage}-platform`, stage }));
  denied = /^\/shop\/dev\//;
  const found = await deployedStages('shop', region);
  expect(found.map(({ name, changedAt }) => [name, changedAt?.toISOString()])).toEqual([
    ['dev', undefined],
    ['pr-1', '2026-01-03T00:00:00.000Z'],
    ['pr-2', '2026-01-03T00:00:00.000Z'],
  ]);
});

it('asks for the last deployment of chosen stages only', async () => {
  stacks = ['dev', 'pr-1'].map((stage) => ({ name: `shop-${stage}-platform`, stage }));
  await deployedStages('shop', region, (name) => name.startsWith('pr-'));
  expect(asked).toEqual([commitOf('pr-1')]);
});

it('takes no stack of others for one of a stage, whatever its tags are', async () => {
  stacks = [
    { name: 'shop-dev-platform', stage: 'dev' },
    { name: 'shop-dev-get-order', stage: 'dev', function: 'get-order' },
    { name: 'shop-dev-queue', stage: 'dev' },
    { name: 'orders-database', stage: 'dev' },
    { name: 'reports', stage: 'dev', function: 'reports' },
    { name: 'old-database', stage: 'old' },
  ];
  const contents = await readContents(shopStage());
  expect(stacksOf(contents).map(({ name }) => name)).toEqual([
    ...['shop-dev-get-order', 'shop-dev-queue', 'shop-dev-platform'],
  ]);
  expect(contents.foreign).toEqual(['orders-database', 'reports']);
  expect((await deployedStages('shop', region)).map(({ name, functions }) => [name, functions])).toEqual([
    ['dev', 1],
  ]);
  stacks = stacks.slice(3);
  expect(isEmpty({ ...(await readContents(shopStage())), parameters: [] })).toBe(true);
});

it.each([
  ['CREATE_COMPLETE', 'bucket'],
  ['DELETE_COMPLETE', undefined],
])('a bucket whose state is %s is %s', async (status, expected) => {
  bucketStatus = status;
  expect(await new Stacks(region).resourceId('shop-dev-platform', 'ServerlessDeploymentBucket')).toBe(
    expected,
  );
});

it('a bucket that is gone is empty', async () => {
  await expect(emptyBucket(region, 'bucket')).resolves.toBeUndefined();
});
