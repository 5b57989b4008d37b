import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../command-line/main.ts';
import { stagesWorkspace } from '../testing/stages-workspace.ts';

/** Stacks on AWS, with the stages of their tags. */
let stacks: Readonly<Record<string, string>>;
/** Requests that change AWS. */
let changes: string[];

// A stand-in for AWS on a real socket: CloudFormation takes forms, Systems Manager takes JSON, Lambda takes paths.
const aws = createServer(async (request, response) => {
  const body = await text(request);
  const operation = `${request.headers['x-amz-target'] ?? ''}`.replace('AmazonSSM.', '');
  if (operation) {
    const { Names = [] } = JSON.parse(body) as { Names?: string[] };
    const isDenied = operation === 'GetParameters' && Names.some((name) => !name.startsWith('/shop/pr-1/'));
    response
      .writeHead(isDenied ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(isDenied ? { __type: 'AccessDeniedException' } : { Parameters: [] }));
    return;
  }
  const form = new URLSearchParams(body);
  const action = form.get('Action') ?? '';
  if (action === '') return void response.end('{"Functions":[]}');
  if (action !== 'DescribeStacks') changes.push(action);
  const asked = form.get('StackName');
  const members = Object.entries(stacks).filter(([name]) => asked === null || name === asked);
  response.end(
    `<DescribeStacksResponse><DescribeStacksResult><Stacks>${members.map(stackXml).join('')}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );
});

function stackXml([name, stage]: readonly [string, string]): string {
  const tags = Object.entries({ application: 'shop', stage });
  const members = tags.map(([key, value]) => `<member><Key>${key}</Key><Value>${value}</Value></member>`);
  return `<member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
    <CreationTime>2026-01-01T00:00:00Z</CreationTime><Tags>${members.join('')}</Tags></member>`;
}

let shop: TemporaryWorkspace;
beforeAll(async () => {
  shop = stagesWorkspace({ dev: { region: 'eu-central-1' }, 'pr-*': { inherits: 'dev', ttlHours: 72 } });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  aws.closeAllConnections();
  aws.close();
  shop[Symbol.dispose]();
});

let out: string;
beforeEach(() => {
  out = '';
  changes = [];
  const { port } = aws.address() as AddressInfo;
  const variables = {
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined },
    ...{ AWS_PROFILE: undefined, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const note = (line: string) => {
    out += `${line}\n`;
  };
  vi.spyOn(console, 'log').mockImplementation(note);
  vi.spyOn(console, 'error').mockImplementation(note);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** @returns the exit code */
const stage = (...args: string[]) => main(shop.root, ['stage', ...args]);

it('removes expired previews, and names the stages of which it cannot know whether they have expired', async () => {
  stacks = {
    'shop-dev-platform': 'dev',
    'shop-pr-1-platform': 'pr-1',
    'shop-pr-2-platform': 'pr-2',
    'shop-old-platform': 'old',
  };
  expect(await stage('remove', '--expired', '--dry-run')).toBe(0);
  expect(out).toContain(
    'old in eu-central-1 stays: stages.json does not describe it any more. Add its entry',
  );
  expect(out).toContain('pr-2 stays: there is no right to read when it was deployed last.');
  expect(out).toContain('The stage pr-1 in eu-central-1:\n  stacks: shop-pr-1-platform\n');
  expect(out).not.toMatch(/The stage (?:dev|pr-2|old)|^dev/m);
  expect(changes).toEqual([]);
});

it('lists stages also without rights on some', async () => {
  stacks = { 'shop-dev-platform': 'dev', 'shop-pr-1-platform': 'pr-1', 'shop-pr-2-platform': 'pr-2' };
  expect(await stage('list')).toBe(0);
  expect(out).toMatch(/^dev .* days\n/m);
  expect(out).toMatch(/^pr-1 .*expired \d+ days ago$/m);
  expect(out).toMatch(/^pr-2 .*unknown: no right to read its last deployment$/m);
});

it('removes no stack of others, and names it', async () => {
  stacks = { 'orders-database': 'dev' };
  expect(await stage('remove', '--stage', 'dev', '--yes')).toBe(0);
  expect(out).toContain(
    'The stage dev has nothing on AWS.\nThese stacks have the tags, and are not made by nanos: orders-database.',
  );
  expect(changes).toEqual([]);
  stacks = { 'orders-database': 'dev', 'shop-dev-platform': 'dev' };
  expect(await stage('remove', '--stage', 'dev', '--dry-run')).toBe(0);
  expect(out).toMatch(/stacks: shop-dev-platform\n[\s\S]*not made by nanos: orders-database\. They stay/);
});
