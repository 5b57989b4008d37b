import type { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { main } from '../command-line/main.ts';
import { stagesWorkspace } from '../testing/stages-workspace.ts';

let shop: TemporaryWorkspace;
beforeAll(() => {
  shop = stagesWorkspace({
    dev: { region: 'eu-central-1', permissionsBoundary: 'shop-dev-boundary' },
    'pr-*': { inherits: 'dev', ttlHours: 72 },
  });
  shop.endpoint('functions/orders/list-orders', {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      export const it = contract({ name: 'list-orders', method: 'GET', path: '/orders', summary: 'x', access: 'public' });`,
  });
});
afterAll(() => shop[Symbol.dispose]());

let out: string;
let problems: string;
beforeEach(() => {
  out = '';
  problems = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(console, 'error').mockImplementation((text) => {
    problems += `${text}\n`;
  });
});
afterEach(() => vi.restoreAllMocks());

/** @returns the exit code */
const stage = (args: string) => main(shop.root, ['stage', ...args.split(' ').filter(Boolean)]);

describe('nanos stage', () => {
  it.each([
    ['', /^<list\|bootstrap\|remove\|region\|deployer-role> is missing/],
    [
      'destroy',
      /^There is no "nanos stage destroy"\. There are: list, bootstrap, remove, region, deployer-role\./,
    ],
    ['list dev', /^Unexpected argument "dev"/],
    ['list --stage dev', /^nanos stage list takes no --stage\. It takes: --json\./],
    ['bootstrap --stage dev --yes', /^nanos stage bootstrap takes no --yes\. It takes: --stage, --dry-run\./],
    ['bootstrap', /^Which stage\?/],
    ['remove', /^Which stage\?/],
    ['remove --stage dev --expired', /^--expired removes all expired previews: leave --stage out\./],
    [
      'remove --stage pr-1-2',
      /^functions\/stages\.json: there is no stage "pr-1-2"\. There are: dev, pr-\*\. If pr-1-2 is deployed: .* Add its entry again/,
    ],
    ['remove --stage pr-*', /there is no stage "pr-\*"/],
    ['deployer-role', /^Which stage\?/],
    ['deployer-role --stage prod', /there is no stage "prod"/],
    [
      'deployer-role --stage dev --repository shop',
      /^--repository takes a GitHub repository: owner\/name; not "shop"\./,
    ],
    ['deployer-role --stage dev --repository a/*', /^--repository takes a GitHub repository/],
    ['deployer-role --stage dev --environment *', /^--environment takes an environment of the repository/],
    ['deployer-role --stage dev --provider github', /^--provider takes the ARN of an identity provider/],
  ])('%s is wrong usage', async (args, message) => {
    expect(await stage(args)).toBe(2);
    expect(problems).toMatch(message);
    expect(out).toBe('');
  });
});

describe('nanos stage region', () => {
  it.each(['dev', 'pr-*', 'pr-12'])('prints the region of %s, also an inherited one', async (name) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(await stage(`region --stage ${name}`)).toBe(0);
    expect(log.mock.calls).toEqual([['eu-central-1']]);
  });

  it('names the stages that there are', async () => {
    expect(await stage('region --stage prod')).toBe(2);
    expect(problems).toContain('there is no stage "prod". There are: dev, pr-*.');
  });
});

describe('nanos stage deployer-role', () => {
  it('prints the template only', async () => {
    expect(await stage('deployer-role --stage dev --repository shop/api --environment production')).toBe(0);
    expect(problems).toBe('');
    expect(out).toMatch(/^# Made by `nanos stage deployer-role --stage 'dev' --repository 'shop\/api'/);
    expect(parse(out)).toMatchObject({
      Parameters: { Repository: { Default: 'shop/api' }, Environment: { Default: 'production' } },
      Resources: { Deployer: { Properties: { RoleName: 'deploy-shop-dev' } } },
    });
  });

  it.each(['pr-*', 'pr-12'])(
    'prints the role of all previews for %s, and what it needs beside',
    async (name) => {
      expect(await stage(`deployer-role --stage ${name}`)).toBe(0);
      expect(parse(out).Resources.Deployer.Properties.RoleName).toBe('deploy-shop-pr');
      expect(problems).toMatch(
        /Add it to the stage "pr-\*" of functions\/stages\.json .*"shop-pr-boundary"\n$/,
      );
    },
  );
});
