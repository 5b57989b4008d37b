import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stage } from '@nanoservices/model';
import { describe, expect, it } from 'vitest';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { boundaryRights } from './boundary.ts';
import { deployerRights, type Statement } from './deployer-rights.ts';
import { type Deployer, deployerNotes, deployerRole, renderDeployerRole } from './deployer-role.ts';

const stage = shopStage({ permissionsBoundary: 'shop-dev-boundary' });
const previews: Stage = {
  ...shopStage(),
  name: 'pr-*',
  preview: { pattern: 'pr-*', inherits: 'dev', ttlHours: 72 },
};
const functions = [packedFunction(), packedFunction({ name: 'get-order' })];

// biome-ignore lint/suspicious/noExplicitAny: the template is looked at from outside
type Json = any;
const template = (one: Stage = stage, deployer: Deployer = {}, parent?: Stage): Json =>
  deployerRole({ stage: one, parent, functions }, deployer);
const rights = (one: Stage = stage, some = functions, parent?: Stage) =>
  deployerRights({ stage: one, parent, functions: some }, 'boundary');
const named = (statements: readonly Statement[], Sid: string) => statements.find((one) => one.Sid === Sid);
const resources = (statements: readonly Statement[]) =>
  statements.flatMap(({ Resource }) => Resource).map((one: Json) => one['Fn::Sub'] ?? one);

/** @returns true if statements allow an action on a resource, whatever their conditions */
function may(statements: readonly Statement[], action: string, arn: string): boolean {
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(arn);
  const written = (resource: string) =>
    resource.replace(/\$\{AWS::Partition\}/, 'aws').replace(/\$\{AWS::AccountId\}/, '123456789012');
  return statements.some(
    (one) => one.Action.includes(action) && resources([one]).some((resource) => matches(written(resource))),
  );
}

describe('the role that deploys a stage', () => {
  it('has the template in snapshots', async () => {
    const text = renderDeployerRole(template(), 'nanos stage deployer-role --stage dev');
    await expect(text).toMatchFileSnapshot('snapshots/role.yml');
  });

  it('trusts one environment of one repository, by exact text', () => {
    const role = template(stage, { repository: 'shop/api', environment: 'development' });
    expect(role.Parameters).toMatchObject({
      Repository: { Default: 'shop/api' },
      Environment: { Default: 'development' },
      ProviderArn: { Default: '' },
    });
    const [statement, ...others] = role.Resources.Deployer.Properties.AssumeRolePolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(statement.Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': {
          'Fn::Sub': `repo:\${Repository}:environment:\${Environment}`,
        },
      },
    });
  });

  it('asks for a repository that is not given, and has the environment of the stage', () => {
    expect(template().Parameters.Repository).not.toHaveProperty('Default');
    expect(template().Parameters.Environment.Default).toBe('dev');
    expect(template(previews).Parameters.Environment.Default).toBe('preview');
  });

  it('names nothing but what begins as the stage does, where AWS has names', () => {
    const free = ['AllStacks', 'FunctionsThatAreLeft', 'AccessLogs', 'HttpApis', 'RoutesOfHttpApis'];
    expect(rights().filter(({ Resource }) => Resource.includes('*'))).toHaveLength(3);
    for (const one of resources(rights().filter(({ Sid }) => !free.includes(Sid)))) {
      expect(one).toMatch(/[:/](?:aws\/(?:lambda|http-api)\/)?(?:shop-dev(?:[-:/]|$)|shop\/dev(?:\/|$))/);
    }
  });

  it('has no rights on itself and on its boundary', () => {
    const { Deployer: role, Boundary } = template().Resources;
    expect(role.Properties.RoleName).toBe('deploy-shop-dev');
    expect(Boundary.Properties.ManagedPolicyName).toBe('shop-dev-boundary');
    const roles = resources(rights()).filter((one) => one.includes(':role/'));
    expect(roles).toHaveLength(3);
    for (const one of roles) expect(one).toMatch(/:role\/shop-dev-\*$/);
    expect(
      rights()
        .flatMap(({ Action }) => Action)
        .filter((action) => /policy|\*/i.test(action) && action.startsWith('iam:')),
    ).not.toContainEqual(
      expect.stringMatching(/iam:(?:CreatePolicy|DeletePolicy|SetDefaultPolicyVersion|\*)/),
    );
  });

  it('gives rights to roles with the boundary only, and passes roles to two services only', () => {
    const Condition = { StringEquals: { 'iam:PermissionsBoundary': 'boundary' } };
    const gives = rights().filter(({ Action }) =>
      Action.some((action) => /^iam:(?:CreateRole|PutRole|Attach|Detach|DeleteRolePolicy)/.test(action)),
    );
    expect(gives).toEqual([expect.objectContaining({ Sid: 'RolesWithinTheBoundary', Condition })]);
    expect(rights().flatMap(({ Action }) => Action)).not.toContain('iam:DeleteRolePermissionsBoundary');
    expect(named(rights(), 'RolesForServices')).toMatchObject({
      Action: ['iam:PassRole'],
      Condition: {
        StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'apigateway.amazonaws.com'] },
      },
    });
  });

  it('has rights on networks, keys and layers only where settings name some', () => {
    const sids = (one: Stage, some = functions) => rights(one, some).map(({ Sid }) => Sid);
    for (const sid of ['Networks', 'Keys', 'Layers', 'Metrics']) expect(sids(stage)).not.toContain(sid);
    const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const key = 'arn:aws:kms:eu-central-1:1:key/k';
    expect(sids(shopStage({ vpc, secretsKeyArn: key }))).toEqual(
      expect.arrayContaining(['Networks', 'Keys']),
    );
    const layers = ['arn:aws:lambda:{region}:{account}:layer:fonts:3'];
    const own = packedFunction({ settings: { memorySize: 256, timeout: 10, vpc, layers } });
    expect(sids(stage, [own])).toEqual(expect.arrayContaining(['Networks', 'Layers']));
    expect(named(rights(shopStage({ databaseUrlKeyArn: key })), 'Keys')).toMatchObject({
      Resource: [key],
      Condition: { StringEquals: { 'kms:ViaService': 'ssm.eu-central-1.amazonaws.com' } },
    });
  });

  it.each([
    ['dev', 'dev'],
    ['prod', 'prod'],
    ['pr-*', 'pr-1'],
    ['pr-*', 'pr-12345'],
    ['pr-*', 'pr-1234567890123'],
  ])('of %s may use the names that CloudFormation makes up for %s, wherever it cuts them', (key, name) => {
    for (const application of ['shop', 'orders', 'nanoservices', 'the-shop-of-everything-there-is']) {
      const all = rights({ ...shopStage(), application, name: key });
      const cut = (stack: string) => `${application}-${name}-${stack}`.slice(0, 24);
      for (const kept of [cut('platform'), `${application}-${name}-platform`]) {
        const bucket = `arn:aws:s3:::${kept}-serverlessdeploymentbuck-1a2b3c4d5e6f`;
        expect(may(all, 's3:CreateBucket', bucket), bucket).toBe(true);
        expect(may(all, 's3:PutObject', `${bucket}/code.zip`), bucket).toBe(true);
      }
      const role = `arn:aws:iam::123456789012:role/${cut('get-order')}-IamRoleLambdaExecution-1a2b3c4d5e6f`;
      expect(may(all, 'iam:CreateRole', role), role).toBe(true);
      expect(may(all, 's3:CreateBucket', `arn:aws:s3:::other-${name}-platform-1a2b`)).toBe(false);
    }
  });

  it('of previews keeps as much of the names as the longest preview leaves', () => {
    const bucketOf = (application: string) =>
      resources([named(rights({ ...previews, application }), 'Bucket') as Statement]);
    expect(bucketOf('shop')).toEqual([expect.stringMatching(/:::shop-pr-\*-pl\*$/)]);
    expect(bucketOf('nanoservices')).toEqual([expect.stringMatching(/:::nanoservices-pr-\*$/)]);
  });

  it('may change HTTP APIs and its own domain, and nothing else of API Gateway', () => {
    const domain = {
      name: 'api.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/1a2b',
    };
    const arn = (path: string) => `arn:aws:apigateway:eu-central-1::/${path}`;
    const mayChange = (some: readonly Statement[], path: string) =>
      ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].filter((verb) => may(some, `apigateway:${verb}`, arn(path)));
    const withDomain = rights(shopStage({ domain }));
    for (const some of [rights(), withDomain, rights(previews)]) {
      for (const path of ['apis', 'apis/a1b2/routes/c3', 'tags/arn%3Aaws%3Aapigateway']) {
        expect(mayChange(some, path), path).toHaveLength(5);
      }
      for (const path of [
        'account',
        'apikeys',
        'restapis/a1b2',
        'vpclinks',
        'domainnames/other.example.com',
      ]) {
        expect(mayChange(some, path), path).toEqual([]);
      }
    }
    const own = ['domainnames', 'domainnames/api.example.com', 'domainnames/api.example.com/apimappings/m'];
    for (const path of own) {
      expect(mayChange(withDomain, path), path).toHaveLength(5);
      expect(mayChange(rights(), path), path).toEqual([]);
    }
    expect(may(withDomain, 'apigateway:AddCertificateToDomain', arn('domainnames'))).toBe(true);
    for (const one of withDomain.filter(({ Action }) => Action.includes('apigateway:POST'))) {
      expect(one.Condition).toEqual({
        'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' },
      });
    }
  });

  it('may use the parameter of a connection string elsewhere', () => {
    const elsewhere = shopStage({ databaseUrlParameter: '/databases/shop' });
    const parameters = resources([named(rights(elsewhere), 'Parameters') as Statement]);
    expect(parameters.map((one) => one.split(':parameter')[1])).toEqual([
      ...['/shop/dev', '/shop/dev/*', '/databases/shop', '/databases/shop/*'],
    ]);
  });

  it('of previews is one for all, and reads the connection string of the stage that they inherit from', () => {
    const all = rights(previews, functions, stage);
    expect(resources(all)).toContainEqual(expect.stringMatching(/:function:shop-pr-\*-\*$/));
    expect(resources([named(all, 'DatabaseServer') as Statement])).toEqual([
      expect.stringMatching(/:parameter\/shop\/dev\/database-url$/),
    ]);
    const { Deployer: role, Boundary } = template(previews, {}, stage).Resources;
    expect([role.Properties.RoleName, Boundary.Properties.ManagedPolicyName]).toEqual([
      ...['deploy-shop-pr', 'shop-pr-boundary'],
    ]);
  });

  it('makes no boundary when the stage names another', () => {
    const arn = 'arn:aws:iam::123456789012:policy/everyone';
    const { Resources } = template(shopStage({ permissionsBoundary: arn }));
    expect(Object.keys(Resources)).toEqual(['Deployer']);
    const [policy] = Resources.Deployer.Properties.Policies;
    expect(named(policy.PolicyDocument.Statement, 'RolesWithinTheBoundary')?.Condition).toEqual({
      StringEquals: { 'iam:PermissionsBoundary': arn },
    });
  });

  it('fits into IAM with the longest names', () => {
    const long = { ...shopStage(), application: 'a'.repeat(31), name: 's'.repeat(16) };
    const key = `arn:aws:kms:eu-central-1:123456789012:key/${'k'.repeat(36)}`;
    const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const text = JSON.stringify(rights({ ...long, vpc, secretsKeyArn: key, databaseUrlParameter: '/a/b' }));
    // Without {"Fn::Sub": }, and with the values of pseudo parameters.
    expect(text.replaceAll(/\$\{AWS::AccountId\}/g, '123456789012').length).toBeLessThan(10_240);
    expect(template(long).Resources.Deployer.Properties.RoleName.length).toBeLessThanOrEqual(64);
  });
});

describe('its notes', () => {
  it('ask for the boundary in the settings', () => {
    expect(deployerNotes(stage, functions)).toEqual([]);
    expect(deployerNotes({ ...previews, file: 'functions/stages.json' }, functions)).toEqual([
      expect.stringContaining(
        'stage "pr-*" of functions/stages.json before it deploys: "permissionsBoundary": "shop-pr-boundary"',
      ),
    ]);
  });

  it('warn of names that CloudFormation cuts', () => {
    const long = { ...stage, application: 'the-shop-of-everything', name: 'production' };
    expect(deployerNotes(long, functions)).toEqual([expect.stringContaining('cuts the names')]);
    expect(resources(rights(long))).toContainEqual(
      expect.stringMatching(/role\/the-shop-of-everything-p\*$/),
    );
    const ofPreviews = { ...previews, application: 'nanoservices', permissionsBoundary: 'x' };
    expect(deployerNotes(ofPreviews, functions)).toEqual([expect.stringContaining('cuts the names')]);
    expect(deployerNotes({ ...ofPreviews, application: 'shop' }, functions)).toEqual([]);
  });
});

describe('its sessions', () => {
  const withRollout = (minutes: number) =>
    shopStage({ permissionsBoundary: 'x', rollout: { percent: [10, 50], minutes } });
  const chained = [
    packedFunction({ calls: [{ endpoint: 'get-order', function: 'get-order' }] }),
    packedFunction({ name: 'get-order', calls: [] }),
  ];
  const longest = (one: Stage) =>
    (deployerRole({ stage: one, parent: undefined, functions: chained }, {}) as Json).Resources.Deployer
      .Properties.MaxSessionDuration;

  it('last as long as the rollouts of a deployment, and the notes tell how GitHub asks for it', () => {
    expect(longest(stage)).toBe(3600);
    expect(longest(withRollout(5))).toBe(3600 + 2 * 2 * 300);
    expect(deployerNotes(withRollout(5), chained)).toEqual([
      expect.stringContaining('the variable AWS_SESSION_SECONDS=4800'),
    ]);
  });

  it('are no longer than AWS gives, and the notes warn of longer rollouts', () => {
    const functions = Array.from({ length: 8 }, (_, index) =>
      packedFunction({ name: `f${index}`, calls: [{ endpoint: 'x', function: `f${index + 1}` }] }),
    );
    const request = { stage: withRollout(60), parent: undefined, functions };
    expect((deployerRole(request, {}) as Json).Resources.Deployer.Properties.MaxSessionDuration).toBe(43_200);
    expect(deployerNotes(withRollout(60), functions)).toEqual([
      expect.stringMatching(
        /may take 17 hours together, and AWS gives sessions of 12\..*"rollout" of the stage "dev"/,
      ),
      expect.stringContaining('AWS_SESSION_SECONDS=43200'),
    ]);
  });
});

describe('the boundary of its roles', () => {
  it('allows what contracts declare, once', () => {
    const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::reports-{stage}/*'] }];
    const reading = packedFunction({
      permissions,
      settings: { memorySize: 256, timeout: 10, tracing: 'Active' },
    });
    const sids = boundaryRights(stage, [reading, reading]).map(({ Sid }) => Sid);
    expect(sids).toEqual(['Logs', 'Functions', 'Parameters', 'Traces', 'Contracts1']);
    expect(boundaryRights(stage, [reading]).at(-1)).toMatchObject({
      Resource: ['arn:aws:s3:::reports-dev/*'],
    });
    expect(boundaryRights(previews, [reading]).at(-1)).toMatchObject({
      Resource: ['arn:aws:s3:::reports-pr-*/*'],
    });
  });

  it('allows network interfaces to functions in a network', () => {
    const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    expect(named(boundaryRights(shopStage({ vpc }), functions), 'Networks')).toBeDefined();
    expect(named(boundaryRights(stage, functions), 'Networks')).toBeUndefined();
  });
});

/** Actions of IAM that differ from the SDK's commands. */
const otherwiseCalled: Readonly<Record<string, string>> = {
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadObject': 's3:GetObject',
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  'lambda:Invoke': 'lambda:InvokeFunction',
  'apigatewayv2:GetIntegrations': 'apigateway:GET',
};

it('may send each command that this package sends', () => {
  const source = fileURLToPath(new URL('..', import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const commands = files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    return [...text.matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)].flatMap(
      ([, names = '', service]) =>
        [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].map(
          ([, command, page]) => `${service}:${command ?? page}`,
        ),
    );
  });
  expect(commands.length).toBeGreaterThan(20);
  const rollout = { percent: 10, minutes: 5 };
  const allowed = rights(shopStage({ rollout })).flatMap(({ Action }) => Action);
  for (const command of new Set(commands)) expect(allowed).toContain(otherwiseCalled[command] ?? command);
});
