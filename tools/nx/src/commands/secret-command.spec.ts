import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../command-line/main.ts';

// A shop whose functions declare secrets, and a stand-in for AWS Systems Manager on a real socket.
let shop: TemporaryWorkspace;
let stored: Map<string, { readonly [key: string]: unknown }>;
let requests: string[];
const ssm = createServer(async (request, response) => {
  const target = request.headers['x-amz-target'];
  // The question for the stack of the stage, which is not deployed yet.
  if (target === undefined) return void response.writeHead(400).end();
  const operation = String(target).replace('AmazonSSM.', '');
  requests.push(operation);
  const body = JSON.parse(await text(request));
  const answer = (content: object) =>
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
  if (operation === 'PutParameter') {
    stored.set(body.Name, body);
    return answer({ Version: 1 });
  }
  if (operation === 'GetParameters') {
    expect(body.WithDecryption).toBe(false);
    const found = body.Names.filter((name: string) => stored.has(name));
    return answer({
      Parameters: found.map((Name: string) => ({ Name, Value: 'encrypted', LastModifiedDate: 1764331200 })),
    });
  }
  const DeletedParameters = body.Names.filter((name: string) => stored.delete(name));
  return answer({ DeletedParameters });
});

beforeAll(async () => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'nx.json': {},
    'functions/tsconfig.json': '{}',
    'functions/topology.json': { active: 'nano', topologies: { nano: [], micro: ['orders'] } },
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
    'functions/stages.json': {
      application: 'shop',
      stages: { dev: { region: 'eu-central-1', secretsKeyArn: 'arn:aws:kms:eu-central-1:1:key/k' } },
    },
  });
  const endpoint = (name: string, env: string) =>
    shop.endpoint(`functions/orders/${name}`, {
      contract: `
        import { contract, secret } from '@nanoservices/endpoint';
        import * as z from 'zod/mini';
        export const it = contract({
          name: '${name}', method: 'GET', path: '/${name}', summary: 'x', access: 'public', ${env}
        });`,
    });
  const key = `secret(z.string().check(z.refine((text) => text.startsWith('sk_'), { error: ({ input }) => input + ' is no key' })))`;
  endpoint('pay-order', `env: z.object({ PAY_KEY: ${key}, MODE: z._default(z.string(), 'test') }),`);
  endpoint('refund-order', `env: z.object({ PAY_KEY: secret(), MAIL_KEY: z.optional(secret()) }),`);
  endpoint('get-stock', '');
  shop.linkPackages();
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  shop[Symbol.dispose]();
  ssm.closeAllConnections();
  ssm.close();
});

let printed: string;
function print(text: string): void {
  printed += text;
}
beforeEach(() => {
  stored = new Map();
  requests = [];
  printed = '';
  const variables = {
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined },
    ...{ AWS_PROFILE: undefined, NANO_TOPOLOGY: undefined },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(ssm.address() as AddressInfo).port}`,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const method of ['log', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => print(`${line}\n`));
  }
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    printed += chunk;
    return true;
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** @returns the exit code */
function secret(args: string, input: Readable = Readable.from([])): Promise<number> {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as never);
  return main(shop.root, ['secret', ...args.split(' '), '--stage', 'dev']);
}

describe('nanos secret set', () => {
  it('gives a value of standard input to all functions that declare the secret', async () => {
    expect(await secret('set PAY_KEY', Readable.from(['sk_4', '242\n']))).toBe(0);
    expect([...stored.keys()]).toEqual(['/shop/dev/pay-order/PAY_KEY', '/shop/dev/refund-order/PAY_KEY']);
    expect(stored.get('/shop/dev/pay-order/PAY_KEY')).toMatchObject({
      ...{ Type: 'SecureString', Value: 'sk_4242', Overwrite: true },
      KeyId: 'arn:aws:kms:eu-central-1:1:key/k',
    });
    expect(printed).toBe('✓ PAY_KEY of pay-order\n✓ PAY_KEY of refund-order\n');
  });

  it('gives it to one function', async () => {
    expect(await secret('set PAY_KEY --function refund-order', Readable.from(['any']))).toBe(0);
    expect([...stored.keys()]).toEqual(['/shop/dev/refund-order/PAY_KEY']);
  });

  it('gives it to the functions of the topology', async () => {
    expect(await secret('set PAY_KEY --topology micro', Readable.from(['sk_1']))).toBe(0);
    expect([...stored.keys()]).toEqual(['/shop/dev/orders/PAY_KEY']);
  });

  it('keeps line breaks inside of a value', async () => {
    await secret('set MAIL_KEY', Readable.from(['-----BEGIN\nabc\n-----END\r\n']));
    expect(stored.get('/shop/dev/refund-order/MAIL_KEY')).toMatchObject({
      Value: '-----BEGIN\nabc\n-----END',
    });
  });

  it('asks for it at a terminal, and does not show it', async () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const shown = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      printed += chunk;
      return true;
    });
    terminal.write('sk_4242\r');
    expect(await secret('set PAY_KEY', terminal as never)).toBe(0);
    expect(stored.get('/shop/dev/pay-order/PAY_KEY')).toMatchObject({ Value: 'sk_4242' });
    expect(printed).toMatch(/^PAY_KEY on dev: \n/);
    expect(printed).not.toContain('4242');
    shown.mockRestore();
  });

  it.each([
    ['a value as an argument', 'set PAY_KEY sk_4242', '', /takes one name, and no value/],
    ['a value in the name', 'set PAY_KEY=sk_4242', '', /takes one name, and no value/],
    ['no name', 'set', '', /^Which secret\? nanos secret set NAME/],
    ['another action', 'get PAY_KEY', '', /no "nanos secret get"\. There are: set, list, rm\./],
    [
      'an unknown name',
      'set PAI_KEY',
      'sk_4242',
      /^No contract declares the secret PAI_KEY\. Declared: MAIL_KEY, PAY_KEY\./,
    ],
    ['a plain variable', 'set MODE', 'sk_4242', /^No contract declares the secret MODE\./],
    [
      'another function',
      'set MAIL_KEY --function pay-order',
      'sk_4242',
      /^pay-order declares no secret MAIL_KEY\. These do: refund-order\./,
    ],
    [
      'an unknown function',
      'set PAY_KEY --function pay',
      'sk_4242',
      /^The topology nano has no function "pay"/,
    ],
    ['an empty value', 'set PAY_KEY', '\n', /^The value is empty\./],
    ['a long value', 'set PAY_KEY', 'é'.repeat(2049), /^The value has 4098 bytes; .* takes 4096\./],
    [
      'a value that the contract does not take',
      'set PAY_KEY',
      'pk_4242',
      /^functions\/orders\/pay-order\/src\/contract\.ts does not take this value of PAY_KEY: it does not fit\./,
    ],
  ])('refuses %s', async (_, args, input, message) => {
    expect(await secret(args, Readable.from([input]))).toBe(2);
    expect(printed).toMatch(message);
    expect(printed).not.toContain('4242');
    expect(stored.size).toBe(0);
  });
});

it.each(['set PAY_KEY', 'list', 'rm PAY_KEY'])(
  'nanos secret %s says that there are no credentials',
  async (args) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
    expect(await secret(args, Readable.from(['sk_4242']))).toBe(1);
    expect(printed).toMatch(/^There are no AWS credentials\. Set AWS_PROFILE[^\n]*\n$/);
  },
);

describe('nanos secret list', () => {
  it('shows names, functions, and when they were set; never values', async () => {
    stored.set('/shop/dev/pay-order/PAY_KEY', {});
    expect(await secret('list')).toBe(0);
    const lines = printed.trimEnd().split('\n');
    expect(lines.slice(0, -1)).toEqual([
      'secret    function      set',
      'PAY_KEY   pay-order     2025-11-28T12:00:00.000Z',
      'MAIL_KEY  refund-order  not set',
      'PAY_KEY   refund-order  missing',
    ]);
    expect(lines.slice(-1)).toEqual([
      'The stage dev lacks secrets: PAY_KEY of refund-order. Set them: npx nanos secret set PAY_KEY --stage dev',
    ]);
  });

  it('is JSON, or about one function', async () => {
    expect(await secret('list --json --function pay-order')).toBe(0);
    expect(JSON.parse(printed)).toEqual({
      stage: 'dev',
      secrets: [{ name: 'PAY_KEY', function: 'pay-order', isRequired: true }],
    });
  });

  it('says that there are none', async () => {
    expect(await secret('list --function get-stock')).toBe(0);
    expect(printed).toBe('No contract declares a secret.\n');
    expect(requests).toEqual([]);
  });

  it.each(['list PAY_KEY', 'list --function pay'])('refuses %s', async (args) => {
    expect(await secret(args)).toBe(2);
  });
});

describe('nanos secret rm', () => {
  it('removes a secret, and names the functions that need it', async () => {
    for (const name of ['pay-order/PAY_KEY', 'refund-order/PAY_KEY', 'refund-order/MAIL_KEY']) {
      stored.set(`/shop/dev/${name}`, {});
    }
    expect(await secret('rm PAY_KEY')).toBe(0);
    expect(await secret('rm MAIL_KEY')).toBe(0);
    expect(stored.size).toBe(0);
    expect(printed).toBe(
      '✓ removed PAY_KEY of pay-order, which needs it: it answers 500 within five minutes\n✓ removed PAY_KEY of refund-order, which needs it: it answers 500 within five minutes\n✓ removed MAIL_KEY of refund-order\n',
    );
  });

  it('removes one of a function that is gone', async () => {
    stored.set('/shop/dev/sell-order/OLD_KEY', {});
    expect(await secret('rm OLD_KEY --function sell-order')).toBe(0);
    expect(printed).toBe('✓ removed OLD_KEY of sell-order\n');
  });

  it('fails when there was none', async () => {
    expect(await secret('rm PAY_KEY')).toBe(1);
    expect(printed).toBe('PAY_KEY is not set on dev for pay-order, refund-order.\n');
  });
});
