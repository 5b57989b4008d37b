/**
 * Deployments of this repository's application to an emulated AWS: the real Nx, the real Serverless, and functions that
 * really run.
 *
 * The emulator has limits, which are the limits of this proof: IAM permissions are not enforced; S3 is never eventually
 * consistent; here it takes no time, so a stack is complete at once, and Lambda is never "in progress". HTTP through the deployed
 * API, and time, are in deploy-routes.e2e.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias, routedFunctions } from '@nanoservices/deploy';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EmulatedStage, type Ended, type StartedCommand } from '../testbed/aws/emulated-stage.ts';

let stage: EmulatedStage;

const endpoints = [
  'create-game',
  'create-user',
  'delete-game',
  'delete-user',
  'get-game',
  'get-user',
  'join-game',
  'leave-game',
  'list-games',
  'list-user-games',
  'list-users',
  'update-game',
  'update-user',
];

beforeAll(async () => {
  stage = await EmulatedStage.open();
});

afterAll(() => stage?.close());

/** Names of functions whose live version differs. */
async function moved(work: () => Promise<unknown>): Promise<string[]> {
  const before = await stage.live();
  await work();
  const after = await stage.live();
  return Object.keys(after).filter((name) => after[name] !== before[name]);
}

/** @returns the response, with the log of the invocation */
async function invoke(
  name: string,
  event: object,
): Promise<{ statusCode: number; body: string; log: string }> {
  const result = await stage.lambda.send(
    new InvokeCommand({
      FunctionName: `arcade-dev-${name}:${liveAlias}`,
      LogType: 'Tail',
      Payload: JSON.stringify({
        version: '2.0',
        headers: {},
        isBase64Encoded: false,
        requestContext: { http: { sourceIp: '192.0.2.1' }, requestId: 'r' },
        ...event,
      }),
    }),
  );
  return {
    ...JSON.parse(Buffer.from(result.Payload ?? []).toString()),
    log: Buffer.from(result.LogResult ?? '', 'base64').toString(),
  };
}

const throwsAtStart = (text: string) => `throw new Error('broken on purpose');\n${text}`;
const listGames = 'functions/games/list-games/src/handler.ts';

describe('deploying the stage', () => {
  it('for the first time deploys platform, migrations, thirteen functions and the API', async () => {
    const { code, out } = await stage.nx('run-many', '-t', 'deploy', '--stage', 'dev');
    expect(out).toContain('✓ api: new');
    expect(out).toContain('✓ get-user: new, version 1 is live');
    expect(out).toMatch(/^ {2}GET {4}https:\/\/\S+\/users\/\{userId\} +get-user$/m);
    // Units are no functions of this topology, and Nx must not say that they were deployed.
    expect(out).not.toMatch(/@arcade\/(?:app|users|games):deploy/);
    expect(code).toBe(0);
    expect(await stage.live()).toEqual(Object.fromEntries(endpoints.map((name) => [name, '1'])));
    expect([...(await routedFunctions(stage.stacks, stage.stage))].sort()).toEqual(endpoints);
  });

  it('gives functions that work, and find the database and each other', async () => {
    const claims = { iss: 'https://issuer.example.com/', sub: 'auth0|ann' };
    const requestContext = {
      http: { sourceIp: '192.0.2.1' },
      requestId: 'r',
      authorizer: { jwt: { claims, scopes: null } },
    };
    const user = await invoke('create-user', {
      routeKey: 'POST /users',
      rawPath: '/users',
      headers: { 'content-type': 'application/json' },
      requestContext,
      body: JSON.stringify({ name: 'Ann', email: 'ann@example.com' }),
    });
    expect(user.statusCode).toBe(201);
    const { id } = JSON.parse(user.body);
    const read = {
      routeKey: 'GET /users/{userId}',
      rawPath: `/users/${id}`,
      pathParameters: { userId: id },
      requestContext,
    };
    // A callee that starts too slowly is left out, by contract: on a busy machine the first read may be one of those.
    const games = await vi.waitUntil(async () => {
      const found = JSON.parse((await invoke('get-user', read)).body);
      expect(found).toMatchObject({ name: 'Ann' });
      return found.games.status === 'available' && found.games;
    }, 60_000);
    expect(games.items).toEqual([]);
  });

  it('again changes nothing on AWS', async () => {
    stage.proxy.changes();
    const { code, out } = await stage.nx('run-many', '-t', 'deploy', '--stage', 'dev');
    expect(code).toBe(0);
    expect(out).toContain('- get-user: unchanged, version 1 is live');
    expect(stage.proxy.changes()).toEqual([]);
  });

  it('shows what is live and from which commit', async () => {
    const commit = stage.workspace.commit('nothing');
    const { out } = await stage.operate('status', '--json');
    const { functions } = JSON.parse(out);
    expect(functions).toHaveLength(13);
    for (const one of functions) {
      expect(one).toMatchObject({ version: '1', drift: '', commit: expect.stringMatching(/^[0-9a-f]{12}$/) });
      expect(one.commit).not.toBe(commit);
      expect(Date.now() - Date.parse(one.since)).toBeLessThan(600_000);
    }
  });

  it('after a change of one handler touches one function, its code only', async () => {
    stage.workspace.edit(listGames, (text) => `${text}\nconsole.debug('changed');\n`);
    stage.workspace.commit('a handler');
    stage.proxy.changes();
    const touched = await moved(async () => {
      const { code, out } = await stage.nx('affected', '-t', 'deploy', '--base', 'HEAD~1', '--stage', 'dev');
      expect(code).toBe(0);
      expect(out).toContain('✓ list-games: code changed, version 2 is live');
    });
    expect(touched).toEqual(['list-games']);
    const changes = stage.proxy.changes();
    expect(changes).not.toContain('CreateChangeSet');
    expect(changes.filter((change) => change.endsWith('/code'))).toHaveLength(1);
  });

  it('after a change of a lib touches exactly the functions whose bytes changed', async () => {
    await stage.nx('run-many', '-t', 'package');
    const before = await codes();
    stage.workspace.edit('libs/data-access/src/players.ts', (text) => text.replaceAll('SELECT', 'select'));
    stage.workspace.commit('a lib');
    await stage.nx('run-many', '-t', 'package');
    const after = await codes();
    const changed = endpoints.filter((name) => before[name] !== after[name]);
    expect(changed.length).toBeGreaterThan(1);
    expect(changed.length).toBeLessThan(13);
    const touched = await moved(() =>
      stage.nx('affected', '-t', 'deploy', '--base', 'HEAD~1', '--stage', 'dev'),
    );
    expect(touched).toEqual(changed);
  });

  it('after a change of the configuration updates the stack of one function', async () => {
    stage.workspace.edit('functions/games/get-game/package.json', (text) =>
      text.replace('"dependencies"', '"lambda": { "memorySize": 512 },\n  "dependencies"'),
    );
    stage.workspace.commit('memory');
    stage.proxy.changes();
    const touched = await moved(async () => {
      const dryRun = await stage.deploy('get-game', '--dry-run');
      expect(dryRun.out).toContain('→ get-game: full deployment: configuration changed');
      expect(stage.proxy.changes()).toEqual([]);
      await stage.nx('affected', '-t', 'deploy', '--base', 'HEAD~1', '--stage', 'dev');
    });
    expect(touched).toEqual(['get-game']);
    expect(stage.proxy.changes().filter((change) => change === 'ExecuteChangeSet')).toHaveLength(1);
    expect(await stage.functions.read('arcade-dev-get-game', liveAlias)).toMatchObject({ memorySize: 512 });
  });

  it('after a change of other settings does so, too, once Serverless has found no mistake in them', async () => {
    const file = 'functions/games/get-game/package.json';
    const change = (tags: string) =>
      stage.workspace.edit(file, (text) =>
        text.replace(
          /"lambda": .*/,
          `"lambda": { "memorySize": 512, "ephemeralStorage": 1024, "tracing": "Active", "extend": { "tags": ${tags} } },`,
        ),
      );
    stage.proxy.changes();
    change('"desk"');
    const refused = await stage.deploy('get-game');
    expect(refused.code).toBe(2);
    expect(refused.out).toContain(`${file}: "lambda.extend.tags": must be object`);
    expect(stage.proxy.changes()).toEqual([]);
    change('{ "team": "desk-{stage}" }');
    stage.workspace.commit('settings');
    expect(await moved(() => stage.deploy('get-game'))).toEqual(['get-game']);
    // The emulator makes functions with these settings, and changes none.
    const { Resources } = JSON.parse(await stage.stacks.template('arcade-dev-get-game'));
    const { Properties } = Resources.GetDashgameLambdaFunction;
    expect(Properties).toMatchObject({
      ...{ MemorySize: 512, EphemeralStorage: { Size: 1024 }, TracingConfig: { Mode: 'Active' } },
    });
    expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'desk-dev' });
  });

  it('as JSON says what was done', async () => {
    const { out } = await stage.deploy('get-game', '--json');
    expect(JSON.parse(out)).toMatchObject({
      stage: 'dev',
      topology: 'nano',
      results: [{ name: 'get-game', action: 'skip', reason: 'unchanged' }],
    });
  });
});

async function codes(): Promise<Record<string, string>> {
  const { out } = await stage.deploy('--dry-run', '--json', ...endpoints);
  const { results } = JSON.parse(out);
  return Object.fromEntries(
    results.map(({ name, codeSha256 }: { name: string; codeSha256: string }) => [name, codeSha256]),
  );
}

describe('the base for nx affected', () => {
  const base = async (...args: string[]) => (await stage.operate('base', ...args)).out.trim();
  const none = /^No commit is known/;

  it('is not known before a complete deployment is recorded', async () => {
    expect(await base()).toMatch(none);
    const commit = stage.workspace.commit('all of it');
    expect(await base('--record')).toBe(`dev is recorded as deployed from ${commit}.`);
    expect(await base()).toBe(commit);
  });

  it('stays while nothing changes on AWS, and is an ancestor of later commits', async () => {
    const commit = await base();
    stage.workspace.commit('nothing');
    await stage.deploy('get-game');
    expect(await base()).toBe(commit);
  });

  it('is gone after a deployment of a part: its revert would otherwise be hidden', async () => {
    stage.workspace.edit(listGames, (text) => `${text}\nconsole.debug('a part');\n`);
    await stage.nx('run', 'list-games:deploy', '--stage', 'dev');
    expect(await base()).toMatch(none);
  });

  it('is recorded by a complete deployment of a commit, and not of changed files', async () => {
    expect((await stage.operate('deploy')).code).toBe(0);
    expect(await base()).toMatch(none);
    expect((await stage.operate('base', '--record')).code).toBe(2);
    const commit = stage.workspace.commit('the part');
    expect((await stage.operate('deploy')).code).toBe(0);
    expect(await base()).toBe(commit);
  });

  it('is not for another topology, nor for a commit that is no descendant', async () => {
    expect(await base('--topology', 'micro')).toMatch(/^dev has the topology nano, not micro/);
    const deployed = await base();
    await stage.run('git', ['checkout', '--quiet', 'HEAD~1']);
    expect(await base()).toBe(
      `dev was deployed from ${deployed}, which is no ancestor of the present commit in this clone: deploy everything.`,
    );
    await stage.run('git', ['checkout', '--quiet', 'main']);
    expect(await base()).toBe(deployed);
  });
});

describe('a version that does not load', () => {
  it('does not go live, and the command says why', async () => {
    stage.workspace.edit(listGames, throwsAtStart);
    const touched = await moved(async () => {
      await stage.nx('run', 'list-games:package');
      const { code, out } = await stage.deploy('list-games');
      expect(code).toBe(1);
      expect(out).toMatch(/version \d+ failed its smoke test; "live" stays where it was/);
      expect(out).toContain('broken on purpose');
    });
    expect(touched).toEqual([]);
    expect((await stage.operate('status')).out).toMatch(/list-games.*changed after version/);
  });

  it('is followed by one that does, and all is well', async () => {
    stage.workspace.edit(listGames, (text) => text.replace(throwsAtStart(''), ''));
    await stage.nx('run', 'list-games:package');
    // Its bytes are those that are live, so there is nothing to do.
    expect((await stage.deploy('list-games')).out).toContain('- list-games: unchanged');
    expect((await stage.deploy('list-games', '--force')).code).toBe(0);
    expect((await stage.operate('status')).out).not.toMatch(/changed after/);
  });
});

describe('a rollback', () => {
  it('points one function to the version that was live before, and the next deployment forward again', async () => {
    const before = (await stage.live())['get-game'];
    stage.workspace.commit('before a rollback');
    expect((await stage.operate('base', '--record')).code).toBe(0);
    const { out } = await stage.nx('run', 'get-game:rollback', '--stage', 'dev');
    expect(out).toMatch(/✓ get-game: from version \d+ to version \d+/);
    expect((await stage.live())['get-game']).not.toBe(before);
    expect((await stage.operate('status')).out).toContain(`rolled back from version ${before}`);
    // A comparison with the commit of the stage would hide that this function is an old version.
    expect((await stage.operate('base')).out).toMatch(/^No commit is known/);
    // The next deployment leaves a rolled-back version alone.
    const again = await stage.nx('run', 'get-game:deploy', '--stage', 'dev');
    expect(again.out).toContain(`- get-game: version ${before} was rolled back; --force deploys it again`);
    expect((await stage.live())['get-game']).not.toBe(before);
    expect((await stage.deploy('get-game', '--force')).code).toBe(0);
    expect((await stage.operate('status')).out).not.toContain('rolled back');
  });

  it('gives back what only the version before may do in the database', async () => {
    const mayDelete = async () => {
      const sql = `SELECT has_table_privilege('arcade-dev-leave-game', 'games.players', 'DELETE') AS may`;
      return (await stage.query<{ may: boolean }>(sql))[0]?.may;
    };
    const contract = 'functions/games/leave-game/src/contract.ts';
    const [much, little] = [`'games.players': ['select', 'delete']`, `'games.players': ['select']`];
    stage.workspace.edit(contract, (text) => text.replace(much, little));
    expect((await stage.nx('run-many', '-t', 'deploy', '--stage', 'dev')).out).toContain('Successfully ran');
    expect(await mayDelete()).toBe(false);
    const { out } = await stage.operate('rollback', 'leave-game');
    expect(out).toMatch(/✓ leave-game: from version/);
    expect(await mayDelete()).toBe(true);
    stage.workspace.edit(contract, (text) => text.replace(little, much));
    expect((await stage.nx('run-many', '-t', 'deploy', '--stage', 'dev')).out).toContain('Successfully ran');
  });

  it('of all functions leaves alone those that were never otherwise', async () => {
    const before = await stage.live();
    const { out, code } = await stage.nx('run', 'workspace:rollback', '--stage', 'dev');
    expect(code).toBe(0);
    expect(out).toContain('- create-user: no version was live before version 1');
    const after = await stage.live();
    expect(after['list-games']).not.toBe(before['list-games']);
    expect(after['create-user']).toBe(before['create-user']);
    const { out: deployed } = await stage.nx('run-many', '-t', 'deploy', '--stage', 'dev');
    expect(deployed).toContain('Successfully ran');
  });
});

describe('a migration that breaks what is live', () => {
  const file = 'libs/data-access/migrations/1999900000001_breaking.sql';
  const seats = () =>
    stage.query<{ type: string }>(
      `SELECT data_type AS type FROM information_schema.columns
       WHERE table_schema = 'games' AND table_name = 'games' AND column_name = 'seats'`,
    );
  afterAll(() => stage.workspace.remove(file));

  it('is refused, naming what uses the column, and nothing is changed', async () => {
    stage.workspace.write(file, '-- Up Migration\nALTER TABLE games.games ALTER COLUMN seats TYPE bigint;\n');
    const before = await stage.live();
    const { code, out } = await stage.deploy('database');
    expect(code).toBe(2);
    expect(out).toMatch(/1999900000001_breaking\.sql would break what is live, so it was not applied/);
    expect(out).toMatch(
      /games\.games\.seats changes from smallint to bigint, .* live versions of .*create-game/,
    );
    expect(out).toContain('-- contract: games.games.seats');
    expect(out).not.toMatch(/^\s+at /m);
    expect(await seats()).toEqual([{ type: 'smallint' }]);
    expect(await stage.live()).toEqual(before);
  });

  it('is applied when a person says that no live version uses the column', async () => {
    stage.workspace.edit(file, (text) => text.replace('\n', '\n-- contract: games.games.seats\n'));
    const { code, out } = await stage.deploy('database');
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(await seats()).toEqual([{ type: 'bigint' }]);
    // Back to what the other tests and the repositories know.
    await stage.query('ALTER TABLE games.games ALTER COLUMN seats TYPE smallint');
    await stage.query(`DELETE FROM public.migrations WHERE name LIKE '1999900000001%'`);
  });
});

describe('new passwords', () => {
  it('are given to all functions that use the database, and no request fails', async () => {
    let isRotating = true;
    const statuses: number[] = [];
    const asking = (async () => {
      const route = { routeKey: 'GET /games', rawPath: '/games' };
      while (isRotating) {
        statuses.push((await invoke('list-games', route)).statusCode);
        // The next request needs another connection, and so the password.
        await stage.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'arcade-dev-list-games'`,
        );
      }
    })();
    const { code, out } = await stage.operate('rotate');
    isRotating = false;
    await asking;
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out.match(/✓ [a-z-]+: has a new password/g)).toHaveLength(endpoints.length);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await invoke('list-games', { routeKey: 'GET /games', rawPath: '/games' })).statusCode).toBe(200);
  });
});

describe('two deployments of one function at once', () => {
  it('come one after the other: the second finds nothing to do', async () => {
    stage.workspace.edit(listGames, (text) => `${text}\nconsole.debug('at once');\n`);
    await stage.nx('run', 'list-games:package');
    const [first, second] = await meanwhile((other) => other.printed('waiting for'));
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.out).toContain('✓ list-games');
    expect(second.out).toMatch(/list-games: waiting for \S+@/);
    expect(second.out).toContain('- list-games: unchanged');
  });

  it('end with a message and exit code 3 when the first takes too long', async () => {
    stage.workspace.edit(listGames, (text) => `${text}\nconsole.debug('once more');\n`);
    await stage.nx('run', 'list-games:package');
    const [first, second] = await meanwhile((other) => other.ended, '--wait', '1');
    expect(second).toMatchObject({ code: 3, out: expect.stringContaining('is being deployed by') });
    expect(first.code).toBe(0);
  });
});

/** Runs a second deployment of list-games while a first one cannot go on: until the second has come so far. */
async function meanwhile(
  hasComeFar: (second: StartedCommand) => Promise<unknown>,
  ...args: string[]
): Promise<[first: Ended, second: Ended]> {
  let isOpen = false;
  const reached = new Promise<void>((resolve) => {
    stage.proxy.script = ({ path }) => {
      if (!path.endsWith('/code') || isOpen) return undefined;
      resolve();
      return 'throttled';
    };
  });
  const first = stage.deploy('list-games');
  await reached;
  const second = stage.start('list-games', ...args);
  await hasComeFar(second);
  isOpen = true;
  return Promise.all([first, second.ended]);
}

describe('another topology on a live stage', () => {
  it.each(['micro', 'mono', 'nano'])(
    '%s: there is never a route without a function, and prune removes the rest',
    async (topology) => {
      stage.workspace.edit('functions/topology.json', (text) =>
        text.replace(/"active": "\w+"/, `"active": "${topology}"`),
      );
      stage.workspace.commit(topology);
      let isDone = false;
      let rounds = 0;
      // Since its route was read, it may have changed, and the function may have been removed.
      const requireUnrouted = async (name: string, why: unknown) => {
        const routed = await routedFunctions(stage.stacks, stage.stage);
        expect(routed, `a route leads to ${name}, which does not work: ${why}`).not.toContain(name);
      };
      const watching = (async () => {
        while (!isDone) {
          const routed = await routedFunctions(stage.stacks, stage.stage);
          expect(routed.size).toBeGreaterThan(0);
          for (const name of routed) {
            const live = await stage.functions.read(`arcade-dev-${name}`, liveAlias);
            if (!live) await requireUnrouted(name, 'it has no live version');
          }
          const [holder] = ['list-games', 'games', 'app'].filter((name) => routed.has(name));
          const request = { routeKey: 'GET /games', rawPath: '/games' };
          const problem = await invoke(holder as string, request).then(
            (response) => (response.statusCode === 200 ? undefined : JSON.stringify(response)),
            (error) => error,
          );
          if (problem !== undefined) await requireUnrouted(holder as string, problem);
          rounds++;
          await sleep(100);
        }
      })();
      const deployed = stage.nx('affected', '-t', 'deploy', '--base', 'HEAD~1', '--stage', 'dev');
      const { code, out } = await Promise.race([deployed, watching.then(() => deployed)]);
      expect(out).toContain('✓ api: routes or their targets changed');
      expect(code).toBe(0);
      const pruned = await stage.nx('run', 'workspace:prune', '--stage', 'dev', '--yes');
      expect(pruned.out).toContain('Functions that nothing uses');
      isDone = true;
      await watching;
      expect(rounds).toBeGreaterThan(5);
      const functions = { micro: ['games', 'users'], mono: ['app'], nano: endpoints }[topology];
      expect(Object.keys(await stage.live())).toEqual(functions);
    },
  );
});
