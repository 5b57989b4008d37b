import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PackedApplication, Route } from '@nanoservices/model';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Stacks } from '../live/stacks.ts';
import { shopStage } from '../testing/shop.ts';
import { requireDomain } from './require-domain.ts';

// CloudFormation, with a stage that has the domain api.example.com.
let aws: Server;
let requests: string[];
/** Names of the deployed stacks. */
let deployed: string[];

beforeAll(async () => {
  aws = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    const action = `${asked.get('Action')}`;
    requests.push(action);
    const members = deployed.map(
      (name) =>
        `<member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Tags><member><Key>application</Key><Value>shop</Value></member><member><Key>stage</Key><Value>dev</Value></member></Tags></member>`,
    );
    if (action === 'DescribeStackResource' && !deployed.includes(`${asked.get('StackName')}`)) {
      const error = `<Code>ValidationError</Code><Message>Stack 'x' does not exist</Message>`;
      return void response.writeHead(400).end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
    }
    const result =
      action === 'DescribeStackResource'
        ? '<StackResourceDetail><PhysicalResourceId>api.example.com</PhysicalResourceId></StackResourceDetail>'
        : `<Stacks>${members.join('')}</Stacks>`;
    response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
  }).listen(0, '127.0.0.1');
  await once(aws, 'listening');
});
afterAll(() => aws.close());
beforeEach(() => {
  requests = [];
  deployed = ['shop-dev-api'];
  const { port } = aws.address() as AddressInfo;
  const variables = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  for (const [name, value] of Object.entries({
    ...variables,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  })) {
    vi.stubEnv(name, value);
  }
});
afterEach(() => vi.unstubAllEnvs());

/** The routes of as many resources, each with one function. */
const routesOf = (count: number): Route[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ endpoint: `get-r${index}`, function: `get-r${index}`, method: 'GET', path: `/r${index}` },
    ...{ access: 'public', summary: 'x' },
  }));

function check(name: string | undefined, count: number): Promise<void> {
  const domain = { name, certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b' };
  const stage = shopStage(name === undefined ? {} : { domain });
  const application = { routes: routesOf(count) } as unknown as PackedApplication;
  return requireDomain({ stage, stacks: new Stacks(stage.region), application });
}

it.each([
  ['with the new topology', ['shop-dev-api'], 301],
  ['on the stage', ['shop-dev-api', 'shop-dev-api--r1'], 3],
])('another name is refused when HTTP APIs of resources share the domain %s', async (_, stacks, count) => {
  deployed = stacks;
  const checking = check('shop.example.com', count);
  await expect(checking).rejects.toThrow(
    /^The stage dev has the domain api\.example\.com, .*: it cannot become shop\.example\.com .*functions\/stages\.json/,
  );
  await expect(checking).rejects.toMatchObject({ exitCode: 2 });
});

it.each<[string, string, number, string[]]>([
  ['the same name', 'api.example.com', 301, ['shop-dev-api', 'shop-dev-api--r1']],
  ['another name for one HTTP API', 'shop.example.com', 3, ['shop-dev-api', 'shop-dev-orders']],
  ['the first name', 'api.example.com', 301, []],
])('%s is deployed', async (_, name, count, stacks) => {
  deployed = stacks;
  await expect(check(name, count)).resolves.toBeUndefined();
});

it('AWS is not asked for a stage without a domain', async () => {
  await check(undefined, 3);
  expect(requests).toEqual([]);
});
