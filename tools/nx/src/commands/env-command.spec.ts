import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { main } from '../command-line/main.ts';
import { exampleOf } from './example-of-variables.ts';

let shop: TemporaryWorkspace;
let printed: string[];

beforeEach(() => {
  printed = [];
  vi.stubEnv('NANO_TOPOLOGY', undefined);
  vi.stubEnv('RATE_KEY', 'of the shell');
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(line));
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'nx.json': {},
    'functions/tsconfig.json': '{}',
  });
  shop.linkPackages();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  shop[Symbol.dispose]();
});

const example = () => join(shop.root, '.env.local.example');

function endpoint(name: string, env: string, lambda = {}): void {
  shop.endpoint(`functions/orders/${name}`, {
    lambda,
    contract: `
      import { contract, secret } from '@nanoservices/endpoint';
      import * as z from 'zod/mini';
      export const it = contract({
        name: '${name}', method: 'GET', path: '/${name}', summary: 'x', access: 'public', ${env}
      });`,
  });
}

it('writes an example, and names what .env.local lacks', async () => {
  endpoint('get-rate', `env: z.object({ RATE_KEY: secret(), PAGE_SIZE: z._default(z.coerce.number(), 20) })`);
  endpoint('list-rates', `env: z.object({ RATE_KEY: secret(), TABLE: z.string() })`, {
    environment: { TABLE: 'rates-{stage}' },
  });
  expect(await main(shop.root, ['env'])).toBe(0);
  expect(
    readFileSync(example(), 'utf8'),
  ).toBe(`# Copy this file to .env.local, which git ignores, and fill it in. Made from the contracts: npx nanos env

# get-rate: optional, default "20"
#PAGE_SIZE=

# get-rate, list-rates: secret, required
RATE_KEY=

# list-rates: optional
#TABLE=
`);
  expect(printed).toEqual([
    '.env.local.example is written.',
    expect.stringMatching(
      /^get-rate needs RATE_KEY \(functions\/orders\/get-rate\/src\/contract\.ts\), which is not set\./,
    ),
    expect.stringMatching(/^list-rates needs RATE_KEY \(/),
  ]);

  printed = [];
  shop.write('.env.local', 'RATE_KEY=rate-1\n');
  expect(await main(shop.root, ['env'])).toBe(0);
  expect(printed).toEqual(['.env.local.example is written.']);
});

it('removes the example when no contract declares a variable', async () => {
  endpoint('get-rate', '');
  shop.write('.env.local.example', 'OLD=\n');
  expect(await main(shop.root, ['env'])).toBe(0);
  expect(existsSync(example())).toBe(false);
  expect(printed).toEqual(['No contract declares a variable.']);
});

it('keeps a default on one line', () => {
  const variables = [
    { name: 'MOTD', isSecret: false, isRequired: false, default: 'a\nRATE_KEY=b', endpoints: ['get-rate'] },
  ];
  expect(exampleOf([{ variables, environment: {} }])).toContain(
    'optional, default "a\\nRATE_KEY=b"\n#MOTD=\n',
  );
});
