/**
 * Stages from birth to death on an emulated AWS: what the first deployment needs is made, a preview is deployed beside the stage that it
 * inherits from and removed without a trace, and the role that deploys may do all that this asked of AWS.
 *
 * The emulator enforces no rights. So the requests that it got are compared with the role, and so is what cfn-lint knows of the
 * requests that CloudFormation makes for the resources in the deployed templates.
 */
import { join } from 'node:path';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { PutParameterCommand, paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmulatedStage, type Ended } from '../testbed/aws/emulated-stage.ts';
import { iamAction } from '../testbed/aws/iam-action.ts';
import { cfnLint, type ResourceActions, readTemplate, resourceActions } from './deployer-role/cfn-lint.ts';
import { type Role, readRole } from './deployer-role/role.ts';
import { unneededActions } from './deployer-role/unneeded-actions.ts';

let stage: EmulatedStage;
let ssm: SSMClient;
/** Roles and databases belong to the whole server, so their names are unique to this run. */
const app = `life${process.pid}`;
/** Actions that were asked of AWS. */
const asked = new Set<string>();

beforeAll(async () => {
  stage = await EmulatedStage.open();
  ssm = new SSMClient({ region: stage.stage.region });
  stage.workspace.edit('functions/stages.json', (text) => {
    const settings = JSON.parse(text);
    settings.application = app;
    settings.stages.dev.permissionsBoundary = `${app}-dev-boundary`;
    settings.stages.prod = { region: 'eu-central-1' };
    settings.stages['pr-*'] = { inherits: 'dev', ttlHours: 72, permissionsBoundary: `${app}-pr-boundary` };
    return JSON.stringify(settings);
  });
  // One function holds all endpoints.
  stage.workspace.edit('functions/topology.json', (text) =>
    JSON.stringify({ ...JSON.parse(text), active: 'mono' }),
  );
  stage.workspace.commit('previews');
  const parameter = { Name: `/${app}/dev/database-url`, Value: `${stage.databaseUrl}?sslmode=disable` };
  await ssm.send(new PutParameterCommand({ ...parameter, Type: 'SecureString' }));
});
afterAll(() => stage?.close());

/** Runs `nanos`, and notes what it asks of AWS. @returns its end, and the changes on AWS */
async function nanos(...args: string[]): Promise<Ended & { changes: string[] }> {
  stage.proxy.changes();
  const ended = await stage.run('node', [join(stage.workspace.root, 'tools/nx/bin/nanos.mjs'), ...args]);
  for (const request of stage.proxy.seen) asked.add(iamAction(request));
  return { ...ended, changes: stage.proxy.changes() };
}

async function stacks(): Promise<string[]> {
  return (await stage.stacks.find({})).map(({ name }) => name).sort();
}

async function parameters(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: path, Recursive: true })) {
    names.push(...(page.Parameters ?? []).map(({ Name = '' }) => Name));
  }
  return names.sort();
}

async function functions(): Promise<string[]> {
  const names: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: stage.lambda }, {})) {
    names.push(...Functions.map(({ FunctionName = '' }) => FunctionName));
  }
  return names.sort();
}

const roles = () =>
  stage.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE '${app}-%' ORDER BY 1`,
  );
const databases = () =>
  stage.query<{ name: string }>(`SELECT datname AS name FROM pg_database WHERE datname LIKE '${app}-pr-%'`);

describe('nanos stage bootstrap', () => {
  it('tells what it would make, and makes nothing', async () => {
    const { code, out, changes } = await nanos('stage', 'bootstrap', '--stage', 'dev', '--dry-run');
    expect(out).toContain(`- database: /${app}/dev/database-url leads to the database`);
    expect(out).toContain('→ platform: the deployment bucket: new');
    expect(code).toBe(0);
    expect(changes).toEqual([]);
  });

  it('makes what the first deployment needs, once', async () => {
    const first = await nanos('stage', 'bootstrap', '--stage', 'dev');
    expect(first.out).toContain('✓ platform: the deployment bucket: new');
    expect(first.out).toContain('Next: npx nanos deploy --stage dev');
    expect(first.code).toBe(0);
    expect(await stacks()).toEqual([`${app}-dev-platform`]);
    const again = await nanos('stage', 'bootstrap', '--stage', 'dev');
    expect(again.out).toContain('- platform: the deployment bucket is there');
    expect(again).toMatchObject({ code: 0, changes: [] });
  });

  it('gives a preview a database of its own on the server of the stage that it inherits from, once', async () => {
    const planned = await nanos('stage', 'bootstrap', '--stage', 'pr-12', '--dry-run');
    expect(planned.out).toContain(`→ database: ${app}-pr-12 on the server of dev`);
    expect(planned.changes).toEqual([]);
    expect(await databases()).toEqual([]);
    const first = await nanos('stage', 'bootstrap', '--stage', 'pr-12');
    expect(first.out).toContain(
      `✓ database: ${app}-pr-12 on the server of dev; /${app}/pr-12/database-url leads to it`,
    );
    expect(first.code).toBe(0);
    expect(await databases()).toEqual([{ name: `${app}-pr-12` }]);
    const again = await nanos('stage', 'bootstrap', '--stage', 'pr-12');
    expect(again.out).toContain(`- database: ${app}-pr-12`);
    expect(again).toMatchObject({ code: 0, changes: [] });
  });

  it('tells what only a person can do', async () => {
    const { code, out, changes } = await nanos('stage', 'bootstrap', '--stage', 'prod', '--dry-run');
    expect(out).toContain(`✗ database: the parameter /${app}/prod/database-url is missing.`);
    expect(out).toContain('stage "prod" has no "jwt", so ');
    expect(out).toContain("npx nanos stage deployer-role --stage 'prod' > role.yml");
    expect(out).toMatch(/Do what is marked with ✗, and run this again\.\n$/);
    expect([code, changes]).toEqual([1, []]);
  });

  it('names the stages and patterns that there are', async () => {
    const { code, out } = await nanos('stage', 'bootstrap', '--stage', 'pr-a-b');
    expect(out).toContain('there is no stage "pr-a-b". There are: dev, prod, pr-*.');
    expect(code).toBe(2);
  });
});

describe('a preview', () => {
  it('is deployed beside its stage, to its own database', async () => {
    const dev = await nanos('deploy', '--stage', 'dev');
    expect(dev.code, dev.out).toBe(0);
    const preview = await nanos('deploy', '--stage', 'pr-12');
    expect(preview.code, preview.out).toBe(0);
    expect(await functions()).toEqual([`${app}-dev-app`, `${app}-pr-12-app`]);
    expect((await roles()).map(({ name }) => name)).toEqual([`${app}-dev-app`, `${app}-pr-12-app`]);
    const url = new URL(stage.databaseUrl);
    url.pathname = `/${app}-pr-12`;
    const client = new pg.Client(url.href);
    await client.connect();
    expect((await client.query('SELECT * FROM users.users')).rows).toEqual([]);
    await client.end();
  });

  it('is listed with its age and its end', async () => {
    const { out } = await nanos('stage', 'list');
    expect(out).toMatch(/^dev +eu-central-1 {2}1 +\d+ min$/m);
    expect(out).toMatch(/^pr-12 +eu-central-1 {2}1 +\d+ min {2}expires in (?:71 h|3 days|72 h|2 days)$/m);
    const json = JSON.parse((await nanos('stage', 'list', '--json')).out);
    expect(json.map((one: { name: string }) => one.name)).toEqual(['dev', 'pr-12']);
    const [, { changedAt, expiresAt }] = json;
    expect(Date.parse(expiresAt) - Date.parse(changedAt)).toBe(72 * 3_600_000);
  });
});

describe('the role that deploys', () => {
  let dev: Role;
  let previews: Role;
  let known: ResourceActions;
  beforeAll(async () => {
    const role = async (name: string) => {
      const file = join(stage.workspace.root, `${name.replace('*', 'x')}.yml`);
      // Remarks are on the other stream.
      const command = `node tools/nx/bin/nanos.mjs stage deployer-role --stage '${name}' --repository o/arcade > '${file}'`;
      const { code, out } = await stage.run('sh', ['-c', command]);
      expect(code, out).toBe(0);
      expect(cfnLint(file, stage.stage.region)).toBe('');
      return readRole(readTemplate(file));
    };
    dev = await role('dev');
    previews = await role('pr-*');
    known = resourceActions(['AWS::IAM::Role']);
  });

  it('may do what CloudFormation does for the resources of the deployed templates', async () => {
    const templates = await Promise.all(
      (await stacks()).map(async (name) => JSON.parse(await stage.stacks.template(name))),
    );
    const resources = templates.flatMap(({ Resources }) => Object.values<Resource>(Resources));
    const types = [...new Set(resources.map(({ Type }) => Type))].sort();
    expect(types).toEqual([
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Stage',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
    ]);
    known = resourceActions(types);
    const unneeded = unneededActions(resources);
    const needed = types.flatMap((type) =>
      Object.entries(known.handlers[type] ?? {})
        // CloudFormation lists resources for a search only.
        .filter(([handler]) => handler !== 'list')
        .flatMap(([, actions]) => actions)
        .filter((action) => known.known.has(action.toLowerCase()) && !unneeded.has(`${type} ${action}`)),
    );
    expect(needed.length).toBeGreaterThan(50);
    for (const role of [dev, previews]) {
      expect([...new Set(needed)].filter((action) => !role.may(action))).toEqual([]);
    }
  });

  it('may do what the commands asked of AWS', () => {
    expect(asked).toContain('lambda:CreateAlias');
    expect(asked).toContain('s3:PutObject');
    // Everyone may ask who they are.
    asked.delete('sts:GetCallerIdentity');
    for (const role of [dev, previews]) {
      expect([...asked].filter((action) => !role.may(action))).toEqual([]);
    }
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

describe('nanos stage remove', () => {
  it('asks first, and shows what it would remove', async () => {
    const refused = await nanos('stage', 'remove', '--stage', 'pr-12');
    expect(refused.out).toContain('There is no terminal to ask on whether to remove pr-12: add --yes.');
    expect(refused).toMatchObject({ code: 2, changes: [] });
    const shown = await nanos('stage', 'remove', '--stage', 'pr-12', '--dry-run');
    expect(shown.out).toContain(`  stacks: ${app}-pr-12-api, ${app}-pr-12-app, ${app}-pr-12-platform`);
    expect(shown.out).toContain(`/${app}/pr-12/database-url`);
    expect(shown).toMatchObject({ code: 0, changes: [] });
  });

  it('removes nothing that has not expired', async () => {
    const { code, out, changes } = await nanos('stage', 'remove', '--expired', '--yes');
    expect(out).toContain('No preview has expired.');
    expect([code, changes]).toEqual([0, []]);
  });

  it('is finished by the same command, wherever it was stopped', async () => {
    // The order: what takes requests, functions, rights, and last what a repeated run needs.
    let count = 0;
    const steps: string[] = [];
    for (let stopped = true; stopped; ) {
      let changes = 0;
      // Each run does one change more than the one before, and is refused the next.
      stage.proxy.script = ({ isChange, action, path, method }) => {
        if (!isChange || path.includes('/leases/')) return undefined;
        if (changes++ < 1) {
          steps.push(action ?? method);
          return undefined;
        }
        return 'cut';
      };
      const { code } = await nanos('stage', 'remove', '--stage', 'pr-12', '--yes');
      stage.proxy.script = () => undefined;
      stopped = code !== 0;
      expect(count++).toBeLessThan(12);
    }
    expect(steps).toEqual(['DeleteStack', 'DeleteStack', 'DeleteParameters', 'POST', 'DeleteStack']);
    expect(await stacks()).toEqual([`${app}-dev-api`, `${app}-dev-app`, `${app}-dev-platform`]);
    expect(await functions()).toEqual([`${app}-dev-app`]);
    expect(await parameters(`/${app}/pr-12`)).toEqual([]);
    expect(await databases()).toEqual([]);
    expect((await roles()).map(({ name }) => name)).toEqual([`${app}-dev-app`]);
  });

  it('says that nothing is left, and has nothing to do then', async () => {
    const { code, out, changes } = await nanos('stage', 'remove', '--stage', 'pr-12', '--yes');
    expect(out).toContain('The stage pr-12 has nothing on AWS.');
    expect(out).toContain('Nothing is left of pr-12');
    expect([code, changes]).toEqual([0, []]);
  });

  it('removes all previews whose time is over, and no other stage', async () => {
    expect((await nanos('stage', 'bootstrap', '--stage', 'pr-7')).code).toBe(0);
    expect((await nanos('stage', 'bootstrap', '--stage', 'pr-8')).code).toBe(0);
    // Three days and an hour later.
    const later = 'const now = Date.now; Date.now = () => now() + 73 * 3600_000;';
    const program = join(stage.workspace.root, 'tools/nx/bin/nanos.mjs');
    const { code, out } = await stage.run('node', [
      ...['--import', `data:text/javascript,${encodeURIComponent(later)}`],
      ...[program, 'stage', 'remove', '--expired', '--yes'],
    ]);
    expect(out).toContain('Nothing is left of pr-7');
    expect(out).toContain('Nothing is left of pr-8');
    expect(code).toBe(0);
    expect(await databases()).toEqual([]);
    expect(await stacks()).toEqual([`${app}-dev-api`, `${app}-dev-app`, `${app}-dev-platform`]);
  });

  it('leaves the database of a stage that is no preview', async () => {
    const { code, out } = await nanos('stage', 'remove', '--stage', 'dev', '--yes');
    expect(out).toContain('The database itself is yours to drop.');
    expect(out).toContain('Nothing is left of dev');
    expect(code).toBe(0);
    expect([await stacks(), await functions(), await parameters(`/${app}`), await roles()]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(await stage.query('SELECT * FROM users.users')).toEqual([]);
  });
});
