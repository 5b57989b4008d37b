// The connection strings are examples.
// secretlint-disable @secretlint/secretlint-rule-database-connection-string
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type PackedFunction, readWorkspace, type Workspace } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { affectedBase } from '../operate/affected-base.ts';
import { findUnused } from '../operate/prune.ts';
import { rollBack } from '../operate/roll-back.ts';
import { stageStatus } from '../operate/stage-status.ts';
import { type DeployRequest, deployStage, type StageDeployment } from './deploy-stage.ts';

// A shop, and a server that answers as AWS does before anything is deployed.
let shop: TemporaryWorkspace;
let workspace: Workspace;
let aws: Server;
let requests: string[];
let answer: { status: number; body: string };
let databaseUrl: string;
/** Parameters with secrets. */
let secrets: string[];

beforeAll(async () => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'functions/tsconfig.json': '{}',
    'functions/stages.json': {
      application: 'shop',
      stages: {
        dev: { region: 'eu-central-1', jwt: { issuer: 'https://id.example.com/', audience: ['shop'] } },
        open: { region: 'eu-central-1' },
      },
    },
  });
  const endpoint = (name: string, path: string, access: string, more = '') =>
    shop.endpoint(`functions/orders/${name}`, {
      contract: `
        import { contract } from '@nanoservices/endpoint';
        export const it = contract({
          name: '${name}', method: 'GET', path: '${path}', summary: 'x', access: '${access}', ${more}
        });`,
    });
  endpoint('get-stock', '/stock', 'public');
  // Nobody checks the caller of a plain handler without access.
  shop.endpoint('functions/orders/legacy', {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      export const it = contract({ name: 'legacy', method: 'ANY', path: '/{proxy+}' });`,
  });
  endpoint('get-order', '/order', 'user', `database: { 'orders.orders': ['select'] },`);
  shop.linkPackages();
  workspace = await readWorkspace(shop.root);
  aws = createServer(async (request, response) => {
    const target = String(request.headers['x-amz-target'] ?? request.headers.host);
    requests.push(target);
    if (target === 'AmazonSSM.GetParameters') {
      const { Names, WithDecryption } = JSON.parse(await text(request));
      expect(WithDecryption).toBe(false);
      const Parameters = Names.filter((name: string) => secrets.includes(name)).map((Name: string) => ({
        ...{ Name, Value: 'encrypted', LastModifiedDate: 1764331200 },
      }));
      const body = JSON.stringify({ Parameters });
      return void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    }
    if (target.startsWith('AmazonSSM.')) {
      const body = JSON.stringify({ Parameter: { Name: 'x', Value: databaseUrl } });
      return void response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    }
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(aws, 'listening');
});
afterAll(() => {
  shop[Symbol.dispose]();
  aws.close();
});

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

beforeEach(() => {
  requests = [];
  secrets = [];
  answer = {
    status: 400,
    body: refusal('ValidationError', 'Stack with id shop-dev-platform does not exist'),
  };
  databaseUrl = `${process.env.DATABASE_URL}`;
  const variables = {
    ...{ AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined, DEPLOY_DATABASE_URL: undefined },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' },
    ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const tell = () => {};
function deploy(stage: string, changes: Partial<DeployRequest> = {}, of = workspace): Promise<unknown> {
  return deployStage(of, {
    ...{ stage: workspace.stage(stage), names: [], isDryRun: false, isForced: false, skipMigrations: false },
    ...{ waitMs: 1000, concurrency: 1, progress: 'none', tell },
    ...changes,
  } as DeployRequest);
}

/** @returns the message of a refusal, which must be one line for a person */
async function refused(work: Promise<unknown>, exitCode: number): Promise<string> {
  const error = await work.then(
    () => 'done',
    (caught) => caught,
  );
  expect(error).toMatchObject({ exitCode });
  expect(error.message).not.toContain('\n');
  return error.message;
}

describe('a stage without an issuer of tokens', () => {
  it.each([
    ['all', [], ['platform', 'get-stock', 'legacy', 'api'], ['get-order']],
    ['a public endpoint', ['get-stock'], ['get-stock'], []],
    ['one that wants a token', ['get-order'], [], ['get-order']],
    ['both', ['get-order', 'get-stock'], ['get-stock'], ['get-order']],
    ['the platform', ['platform'], ['platform'], []],
  ])('gets its public endpoints, and is told of the others: %s', async (_, names, planned, leftOut) => {
    const prepared: string[] = [];
    const deployment = (await deploy('open', {
      names,
      isDryRun: true,
      prepare: async (functions) => void prepared.push(...functions.map(({ name }) => name)),
    })) as StageDeployment;
    expect(deployment.outcomes.map(({ name }) => name)).toEqual(planned);
    expect(deployment.leftOut.map(({ endpoint }) => endpoint)).toEqual(leftOut);
    expect(deployment.routes.map(({ endpoint }) => endpoint)).not.toContain('get-order');
    expect(prepared).not.toContain('get-order');
  });

  it('is refused before the first request to AWS when no endpoint is public', async () => {
    const guarded = { ...workspace, pack: () => ({ ...workspace.pack(), routes: onlyGuarded() }) };
    const onlyGuarded = () => workspace.pack().routes.filter(({ access }) => access === 'user');
    const message = await refused(deploy('open', {}, guarded), 2);
    expect(message).toMatch(/stage "open" has no "jwt", and no endpoint is public\./);
    expect(requests).toEqual([]);
  });
});

it.each(['deploy', 'deploy --dry-run'])(
  '%s refuses a key of a function before the first request to AWS',
  async (command) => {
    const packed = workspace.pack();
    const extend = [{ root: 'functions/orders/get-stock', keys: { tags: 'desk' } }];
    const functions = packed.functions.map((one) =>
      one.name === 'get-stock' ? { ...one, settings: { ...one.settings, extend } } : one,
    );
    const extended = { ...workspace, pack: () => ({ ...packed, functions }) };
    const message = await refused(deploy('dev', { isDryRun: command.endsWith('run') }, extended), 2);
    expect(message).toMatch(
      /^functions\/orders\/get-stock\/package\.json: "lambda\.extend\.tags": must be object/,
    );
    expect(requests).toEqual([]);
  },
);

describe.each<[string, () => Promise<unknown>]>([
  ['deploy', () => deploy('dev')],
  ['deploy --dry-run', () => deploy('dev', { isDryRun: true })],
  ['deploy of a function', () => deploy('dev', { names: ['get-stock'] })],
  ['status', () => stageStatus(workspace.stage('dev'), workspace.pack())],
  [
    'rollback',
    () => rollBack(shop.root, { stage: workspace.stage('dev'), names: [], isDryRun: false, tell }),
  ],
  ['base', () => affectedBase(shop.root, workspace.stage('dev'), workspace.pack())],
  ['prune', () => findUnused(workspace.stage('dev'), workspace.pack(), 10)],
])('%s', (_, run) => {
  it('says that there are no credentials before it asks AWS', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    expect(await refused(run(), 1)).toMatch(/^There are no AWS credentials\. Set AWS_PROFILE/);
    vi.stubEnv('AWS_PROFILE', 'nobody');
    expect(await refused(run(), 1)).toMatch(/^There are no AWS credentials\. .*nobody.* Set AWS_PROFILE/);
    expect(requests).toEqual([]);
  });

  it('says that the credentials have expired after one request', async () => {
    const reason = 'The security token included in the request is expired';
    answer = { status: 403, body: refusal('ExpiredToken', reason) };
    expect(await refused(run(), 1)).toContain(`AWS refuses the credentials: ${reason} Set AWS_PROFILE`);
    expect(requests).toHaveLength(1);
  });

  it('says that AWS cannot be reached', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    expect(await refused(run(), 1)).toMatch(/^AWS cannot be reached: .*ECONNREFUSED/);
  });
});

/** @returns the workspace, with another get-stock */
function having(changes: Partial<PackedFunction>): Workspace {
  const packed = workspace.pack();
  const functions = packed.functions.map((one) => (one.name === 'get-stock' ? { ...one, ...changes } : one));
  return { ...workspace, pack: () => ({ ...packed, functions }) };
}

it.each<[string, Partial<PackedFunction>, RegExp]>([
  ['a summary', { summary: 'x'.repeat(224) }, /^get-stock: its description, .*Shorten the summary by 1\.$/],
  ['variables', { environment: { LONG: 'x'.repeat(5000) } }, /^get-stock: its environment variables take/],
  [
    'permissions',
    { permissions: [{ actions: ['s3:*'], resources: [`arn:aws:s3:::${'x'.repeat(11_000)}`] }] },
    /^get-stock: the policies of its IAM role .* IAM takes 10240\./,
  ],
])(
  '%s that AWS would refuse for their size are refused before the first request',
  async (_, changes, message) => {
    expect(await refused(deploy('open', {}, having(changes)), 2)).toMatch(message);
    expect(requests).toEqual([]);
  },
);

describe('variables and secrets of contracts', () => {
  const facts = { isRequired: true, endpoints: ['get-stock'] };
  const secret = (name: string) => ({ ...facts, name, isSecret: true });

  it('are refused before the first request to AWS when no file sets a plain one', async () => {
    const variables = [{ ...facts, name: 'PAGE_SIZE', isSecret: false }];
    expect(await refused(deploy('open', {}, having({ variables })), 2)).toMatch(
      /^The stage open has no value for PAGE_SIZE of get-stock\. .*"environment" of the stage in functions\/stages\.json\.$/,
    );
    const empty = having({ variables, environment: { PAGE_SIZE: '' } });
    expect(await refused(deploy('open', { isDryRun: true }, empty), 2)).toContain('PAGE_SIZE of get-stock');
    expect(requests).toEqual([]);
  });

  it('may be left out of a deployment', async () => {
    const variables = [{ ...facts, name: 'PAGE_SIZE', isSecret: false }];
    const planned = await deploy('open', { names: ['platform'], isDryRun: true }, having({ variables }));
    expect((planned as StageDeployment).missingSecrets).toEqual([]);
  });

  it('that are secret are refused when one is missing, and nothing is changed', async () => {
    secrets = ['/shop/open/get-stock/MAIL_KEY'];
    const variables = [...['PAY_KEY', 'MAIL_KEY'].map(secret), { ...secret('NOTE_KEY'), isRequired: false }];
    expect(await refused(deploy('open', {}, having({ variables })), 2)).toBe(
      'The stage open lacks secrets: PAY_KEY of get-stock. Set them: npx nanos secret set PAY_KEY --stage open',
    );
    expect(requests.filter((one) => one.startsWith('AmazonSSM'))).toEqual(['AmazonSSM.GetParameters']);
    expect(requests).toHaveLength(2);
  });

  it('that are secret and missing are named by a dry run', async () => {
    const variables = [secret('PAY_KEY')];
    const prepare = async () => {};
    const planned = await deploy('open', { isDryRun: true, prepare }, having({ variables }));
    expect((planned as StageDeployment).missingSecrets).toEqual([{ name: 'PAY_KEY', function: 'get-stock' }]);
  });

  it('that are secret have no value in a file', async () => {
    const open = having({ variables: [secret('PAY_KEY')], environment: { PAY_KEY: 'sk_4242' } });
    const message = await refused(deploy('open', {}, open), 2);
    expect(message).toMatch(
      /^get-stock: "lambda\.environment\.PAY_KEY" in package\.json would show a secret/,
    );
    expect(message).not.toContain('sk_4242');
    expect(requests).toEqual([]);
  });
});

describe('without migrations', () => {
  it.each([{ skipMigrations: true }, { names: ['api'] }])(
    'no API leads to a function without a role in the database: %j',
    async (how) => {
      const message = await refused(deploy('dev', how), 2);
      expect(message).toMatch(
        /^The API would send requests to functions that have no role in the database of dev: get-order\. /,
      );
      expect(message).toContain('npx nanos deploy database --stage dev');
      // The question for the stack of the platform, and the one for the parameters.
      expect(requests).toHaveLength(2);
    },
  );

  it('a dry run plans no such API', async () => {
    const prepare = async () => {};
    const planned = (await deploy('dev', { names: ['api'], isDryRun: true, prepare })) as StageDeployment;
    expect(planned.outcomes).toEqual([
      expect.objectContaining({
        name: 'api',
        error: expect.objectContaining({
          exitCode: 2,
          message: expect.stringMatching(/no role in the database of dev: get-order\. /),
        }),
      }),
    ]);
  });

  it('functions that have one are deployed', async () => {
    secrets = ['/shop/dev/database-url/get-order'];
    const prepare = vi.fn().mockRejectedValue(new Error('far enough'));
    await expect(deploy('dev', { skipMigrations: true, prepare })).rejects.toThrow('far enough');
  });
});

describe('a database that cannot be used is refused before anything is deployed', () => {
  it('with the parameter, the user and the way out, and without the password', async () => {
    const url = new URL(databaseUrl);
    url.password = 'wr0ng-secret';
    url.search = 'sslmode=disable';
    databaseUrl = url.href;
    const message = await refused(deploy('dev'), 2);
    expect(message).toMatch(
      /^The parameter \/shop\/dev\/database-url: the password of the user "postgres" is refused by 127\.0\.0\.1:\d+\./,
    );
    expect(message).toMatch(/DEPLOY_DATABASE_URL.*--skip-migrations/);
    expect(message).not.toContain('wr0ng-secret');
    expect(requests.filter((one) => one.includes('SSM'))).toHaveLength(1);
    expect(requests).toHaveLength(2);
  });

  it('naming the variable that replaces the parameter', async () => {
    databaseUrl = 'postgres://app:hunter2@db.internal/shop?sslmode=verify-full';
    vi.stubEnv('DEPLOY_DATABASE_URL', 'postgres://app:hunter2@no-such-host.invalid/shop?sslmode=verify-full');
    const message = await refused(deploy('dev'), 2);
    expect(message).toMatch(/^DEPLOY_DATABASE_URL: the host "no-such-host\.invalid" is not found\./);
  });

  it('naming both databases when the variable belongs to another stage', async () => {
    // Nobody listens on the way to this machine's own sockets, so this one needs no sslmode.
    const url = new URL(databaseUrl);
    url.pathname = '/shop_dev';
    databaseUrl = 'postgres://app:hunter2@db.internal/shop_prod?sslmode=verify-full';
    vi.stubEnv('DEPLOY_DATABASE_URL', url.href);
    const message = await refused(deploy('dev'), 2);
    expect(message).toMatch(
      /^DEPLOY_DATABASE_URL names the database "shop_dev", but the database of the stage dev is "shop_prod"/,
    );
    expect(message).not.toContain('hunter2');
  });

  const internal = 'postgres://app:hunter2@db.internal/shop';
  it.each([
    [
      internal,
      /^The parameter \/shop\/dev\/database-url has no sslmode.*sslmode=verify-full.*sslmode=disable/,
    ],
    [`${internal}?sslmode=require`, /has sslmode=require, which does not verify.*sslmode=no-verify/],
    [`${internal}?sslmode=prefer`, /has sslmode=prefer/],
    [
      `${internal}?sslmode=verify-full&sslrootcert=/home/me/ca.pem`,
      /\/home\/me\/ca\.pem, a file that functions do not have/,
    ],
    ['postgres:///shop?host=/run/postgresql', /Unix socket \/run\/postgresql, which functions cannot reach/],
  ])('as a connection string that functions could not use safely: %s', async (url, reason) => {
    databaseUrl = url;
    const message = await refused(deploy('dev'), 2);
    expect(message).toMatch(reason);
    expect(message).not.toContain('hunter2');
  });

  it('also when only the address from this machine leaves TLS open', async () => {
    databaseUrl = `${internal}?sslmode=verify-full`;
    vi.stubEnv('DEPLOY_DATABASE_URL', internal);
    expect(await refused(deploy('dev'), 2)).toMatch(/^DEPLOY_DATABASE_URL has no sslmode/);
  });

  it.each(['disable', 'no-verify'])('but not for sslmode=%s, which says what is meant', async (mode) => {
    databaseUrl = `postgres://app:hunter2@no-such-host.invalid/shop?sslmode=${mode}`;
    expect(await refused(deploy('dev'), 2)).toMatch(/the host "no-such-host\.invalid" is not found/);
  });
});
