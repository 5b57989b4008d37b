/**
 * Nothing is lost: what earlier deployments left behind is mended, what is live keeps its rights, and of two who change the same the
 * later one is refused. Everything happens on an emulated AWS, with functions that really run.
 */
import { createHash } from 'node:crypto';
import { zip } from '@nanoservices/build';
import { liveAlias } from '@nanoservices/deploy';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmulatedStage, succeed } from '../testbed/aws/emulated-stage.ts';
import type { SeenRequest } from '../testbed/aws/fault-proxy.ts';

const region = 'eu-central-1';
const name = 'leave-game';
const fullName = `arcade-dev-${name}`;

const endpoints = [
  ...['create-game', 'create-user', 'delete-game', 'delete-user', 'get-game', 'get-user', 'join-game'],
  ...['leave-game', 'list-games', 'list-user-games', 'list-users', 'update-game', 'update-user'],
];

let stage: EmulatedStage;

beforeAll(async () => {
  stage = await EmulatedStage.open();
  stage.leaseSilenceMs = 1500;
  await succeed(stage.nx('run-many', '-t', 'package'));
  await succeed(stage.deploy('platform', 'database', name));
});
afterAll(() => stage?.close());
afterEach(() => {
  stage.proxy.script = () => undefined;
});

/** @param statusCode - the answer to the smoke test */
const newCode = (statusCode?: number) => stage.newCode(`games/${name}`, statusCode);

const contract = `functions/games/${name}/src/contract.ts`;
const permission = (bucket: string) =>
  `permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::${bucket}/*'] }],`;

/** Gives the contract other rights in IAM, and so the function another configuration. */
function setBucket(bucket: string): void {
  stage.workspace.edit(contract, (text) =>
    text
      .replace(/ {2}permissions: .*\n/, '')
      .replace("  access: 'user'", `  ${permission(bucket)}\n  access: 'user'`),
  );
}

/** The buckets that the role of the function may read. */
async function readable(): Promise<string[]> {
  const role = await stage.emulator.deployed<object>(region, fullName, 'FunctionRole');
  return [...JSON.stringify(role).matchAll(/arn:aws:s3:::([\w-]+)/g)]
    .map(([, bucket]) => bucket as string)
    .sort();
}

const live = () => stage.functions.readLive(fullName);
const liveCode = async () => (await stage.functions.read(fullName, liveAlias))?.codeSha256;

describe('a stack that an earlier deployment left', () => {
  it.each([
    ['REVIEW_IN_PROGRESS', 'create-user'],
    ['ROLLBACK_COMPLETE', 'get-game'],
    ['CREATE_FAILED', 'join-game'],
    ['DELETE_FAILED', 'list-games'],
  ])('in %s, without its function, is made anew', async (status, of) => {
    await stage.emulator.setStackStatus(region, `arcade-dev-${of}`, status);
    const { code, out } = await stage.deploy(of);
    expect(code, out).toBe(0);
    expect((await stage.live())[of]).toBe('1');
    expect((await stage.stacks.read(`arcade-dev-${of}`))?.status).toBe('CREATE_COMPLETE');
  });

  it.each(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'UPDATE_FAILED'])(
    'in %s gets the next configuration',
    async (status) => {
      await stage.emulator.setStackStatus(region, fullName, status);
      setBucket(`after-${status.toLowerCase().replaceAll('_', '-')}`);
      const { code, out } = await stage.deploy(name);
      expect(code, out).toBe(0);
      expect((await stage.stacks.read(fullName))?.status).toBe('UPDATE_COMPLETE');
    },
  );

  it.each([
    ['ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'],
    ['DELETE_IN_PROGRESS', 'DELETE_FAILED'],
  ])('in %s is waited for, and then found in %s', async (status, end) => {
    const of = 'list-users';
    await stage.emulator.setStackStatus(region, `arcade-dev-${of}`, status);
    const deploying = stage.start(of, '--force');
    await deploying.printed(`waiting for its stack, which is in ${status}`);
    await stage.emulator.setStackStatus(region, `arcade-dev-${of}`, end);
    await succeed(deploying.ended);
  });

  it('whose creation fails names the resource and the reason, and the next deployment makes it', async () => {
    const stack = 'arcade-dev-update-game';
    await stage.emulator.fail({ stack, resource: 'FunctionRole', action: 'create', reason: 'No such right' });
    const failed = await stage.deploy('update-game');
    expect(failed.code).toBe(1);
    expect(failed.out).toMatch(
      /The change of the stack arcade-dev-update-game failed, .*FunctionRole: No such right/,
    );
    await succeed(stage.deploy('update-game'));
  });

  it('whose update and rollback fail is rolled back by the next deployment, and what was live stays', async () => {
    const before = await live();
    await stage.emulator.fail({
      stack: fullName,
      resource: 'FunctionRole',
      action: 'update',
      reason: 'Not now',
    });
    await stage.emulator.fail({
      stack: fullName,
      resource: 'FunctionRole',
      action: 'rollback',
      reason: 'Nor this',
    });
    setBucket('refused');
    const failed = await stage.deploy(name);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('Not now');
    expect(await live()).toMatchObject({ version: before?.version });
    await succeed(stage.deploy(name));
    expect((await live())?.version).not.toBe(before?.version);
  });
});

describe('the role of a function', () => {
  it('keeps what the live version may do when the new one fails its smoke test', async () => {
    setBucket('old');
    newCode();
    await succeed(stage.deploy(name));
    expect(await readable()).toEqual(['old']);
    setBucket('new');
    newCode(500);
    const failed = await stage.deploy(name);
    expect(failed.out).toContain('failed its smoke test');
    expect(await readable()).toEqual(['new', 'old']);
  });

  it('loses it when another version is live', async () => {
    newCode();
    const { code, out } = await stage.deploy(name);
    expect(code, out).toBe(0);
    expect(out).toContain(`✓ rights of ${name}: those of former versions are taken away`);
    expect(await readable()).toEqual(['new']);
  });

  it('loses it with the next deployment when this one is killed in between', async () => {
    setBucket('newer');
    const deploying = stage.start(name);
    let changeSets = 0;
    stage.proxy.script = ({ action }) => {
      if (action !== 'CreateChangeSet' || ++changeSets < 2) return undefined;
      deploying.kill();
      return 'cut';
    };
    await deploying.ended;
    stage.proxy.script = () => undefined;
    expect(await readable()).toEqual(['new', 'newer']);
    const { out } = await stage.deploy(name);
    expect(out).toContain(`- ${name}: unchanged`);
    expect(await readable()).toEqual(['newer']);
  });

  it('gets it back by a rollback', async () => {
    const { code, out } = await stage.operate('rollback', name);
    expect(code, out).toBe(0);
    expect(await readable()).toEqual(['new', 'newer']);
    // It stays as long as the version is live.
    expect((await stage.deploy(name)).out).toContain('was rolled back');
    expect(await readable()).toEqual(['new', 'newer']);
    await succeed(stage.deploy(name, '--force'));
    expect(await readable()).toEqual(['newer']);
  });
});

/** Holds the first request of a kind back. @returns what lets it go, and tells that it has come */
function holdBack(isMeant: (request: SeenRequest) => boolean) {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isFirst = true;
  stage.proxy.script = async (request) => {
    if (!isFirst || !isMeant(request)) return undefined;
    isFirst = false;
    reached.resolve();
    await released.promise;
    return undefined;
  };
  return { reached: reached.promise, release: () => released.resolve() };
}

const movesLive = ({ method, path }: SeenRequest) =>
  method === 'PUT' && path.endsWith(`/aliases/${liveAlias}`);
const changesCode = ({ method, path }: SeenRequest) => method === 'PUT' && path.endsWith('/code');

describe('of two who change the same', () => {
  it('a rollback leaves alone the fix that is deployed while it waits', async () => {
    newCode();
    await succeed(stage.deploy(name));
    const bad = await live();
    const fix = newCode();
    const held = holdBack(changesCode);
    const deploying = stage.start(name);
    await Promise.race([held.reached, deploying.ended]);
    const rollingBack = stage.startCommand('rollback', name);
    await rollingBack.printed('waiting for');
    held.release();
    await succeed(deploying.ended);
    const { code, out } = await rollingBack.ended;
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(
        `version \\d+ went live meanwhile, in place of version ${bad?.version}, which was to be rolled back`,
      ),
    );
    expect(await liveCode()).toBe(fix);
  });

  it('a deployment does not move "live" that somebody else has moved since', async () => {
    const before = (await live())?.history.at(-1) as string;
    newCode();
    const held = holdBack(movesLive);
    const deploying = stage.start(name);
    await Promise.race([held.reached, deploying.ended]);
    // As in the console.
    await stage.functions.pointLive(fullName, before, { before: await live(), history: [] });
    held.release();
    const { code, out } = await deploying.ended;
    expect(code).toBe(3);
    expect(out).toContain(`"live" of ${fullName} was moved to version ${before} meanwhile, and stays there`);
    expect((await live())?.version).toBe(before);
  });

  it('a deployment does not publish what somebody else has made of the function since', async () => {
    const version = (await live())?.version;
    newCode();
    const held = holdBack(({ method, path }) => method === 'POST' && path.endsWith('/versions'));
    const deploying = stage.start(name);
    await Promise.race([held.reached, deploying.ended]);
    const other = zip({ 'handler.mjs': Buffer.from('export const handler = 1;\n') });
    const codeSha256 = createHash('sha256').update(other).digest('base64');
    await stage.functions.ensureCode(fullName, { zip: other, codeSha256 }, () => {});
    held.release();
    const { code, out } = await deploying.ended;
    expect(code).toBe(1);
    expect(out).toContain(`${fullName} was changed by somebody else meanwhile; nothing went live`);
    expect((await live())?.version).toBe(version);
  });

  it('a deployment that could not keep its lease changes nothing more', async () => {
    const version = (await live())?.version;
    newCode();
    const held = holdBack(changesCode);
    const deploying = stage.start(name);
    await Promise.race([held.reached, deploying.ended]);
    const { script } = stage.proxy;
    // S3 refuses to renew the lease, until others may have it.
    const refused = Promise.withResolvers<void>();
    let renewals = 0;
    stage.proxy.script = (request) => {
      if (request.method === 'PUT' && request.path.includes('/leases/')) {
        if (++renewals > 8) refused.resolve();
        return 'error';
      }
      return script(request);
    };
    await refused.promise;
    held.release();
    const { code, out } = await deploying.ended;
    expect(code).toBe(3);
    expect(out).toMatch(/could not be kept for this deployment|Another deployment took over/);
    expect((await live())?.version).toBe(version);
    stage.proxy.script = () => undefined;
    await succeed(stage.deploy(name));
  });
});

describe('the removal of functions that nothing uses', () => {
  /** In another topology, nothing uses these functions, as long as no route leads to them. */
  const prune = ['--topology', 'mono', '--yes'];

  it('is finished by the next run, at whatever request it was killed', async () => {
    await succeed(stage.deploy('database', ...endpoints));
    let isDone = false;
    for (let at = 3; !isDone; at += 2) {
      const pruning = stage.startCommand('prune', ...prune);
      let count = 0;
      stage.proxy.script = () => {
        if (++count !== at) return undefined;
        pruning.kill();
        return at % 4 === 1 ? 'lost' : 'cut';
      };
      const { code, out } = await pruning.ended;
      stage.proxy.script = () => undefined;
      isDone = code === 0;
      if (isDone) expect(out).toMatch(/Nothing to prune|removed/);
    }
    expect(await stage.live()).toEqual({});
    expect(await stage.query(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'arcade-dev-%-%'`)).toEqual([]);
    const stacks = await stage.stacks.find({ application: 'arcade', stage: 'dev' });
    expect(stacks.map((one) => one.name)).toEqual(['arcade-dev-platform']);
  });

  it('leaves those alone to which routes lead by now', async () => {
    await succeed(stage.deploy('database', ...endpoints));
    const held = holdBack(({ action }) => action === 'ExecuteChangeSet');
    const deploying = stage.start('api');
    await Promise.race([held.reached, deploying.ended]);
    const pruning = stage.startCommand('prune', ...prune);
    await pruning.printed('api: waiting for');
    held.release();
    await succeed(deploying.ended);
    const { code, out } = await pruning.ended;
    expect(code, out).toBe(0);
    for (const one of endpoints) expect(out).toContain(`${one} is used by now, and stays.`);
    expect(Object.keys(await stage.live())).toEqual(endpoints);
  });
});
