/** The gate for breaking contracts on an emulated AWS: a live caller, and a callee that changes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EmulatedStage } from '../testbed/aws/emulated-stage.ts';

let stage: EmulatedStage;
const callee = 'functions/games/list-user-games/src/contract.ts';

beforeAll(async () => {
  stage = await EmulatedStage.open();
});
afterAll(() => stage?.close());

const deploy = (...args: string[]) => stage.operate('deploy', '--skip-migrations', ...args);
const compatible = () => stage.operate('compatible');

it('records the contracts of what it deploys, and then nothing breaks', async () => {
  const { code, out } = await deploy('platform', 'list-user-games', 'get-user');
  expect(out).toContain('✓ get-user: new, version 1 is live');
  expect(code).toBe(0);
  expect(await compatible()).toEqual({ code: 0, out: 'No contract breaks anyone who knows dev.\n' });
});

it('refuses a callee that breaks a live caller, before it changes anything', async () => {
  stage.workspace.edit(callee, (text) => text.replace("access: 'user'", "access: { scope: 'games' }"));
  const found = await compatible();
  expect(found.code).toBe(1);
  expect(found.out).toMatch(
    /^list-user-games \(version 1 of list-user-games on dev\)\n {2}it wants the scope games now/,
  );
  expect(found.out).toContain('breaks its caller version 1 of get-user: it wants the scope games now');
  stage.proxy.changes();
  const asked = [['list-user-games'], ['list-user-games', 'get-user'], ['list-user-games', '--dry-run']];
  for (const names of asked) {
    const { code, out } = await deploy(...names);
    expect(out).toContain(
      'list-user-games would break live callers: version 1 of get-user (it wants the scope games now).',
    );
    expect(out).toContain('"breaking": { reason, until }');
    expect(code).toBe(2);
  }
  expect(stage.proxy.changes()).toEqual([]);
  expect(await stage.live()).toMatchObject({ 'list-user-games': '1', 'get-user': '1' });
});

it('deploys it when its contract permits it, until the last day', async () => {
  const permit = (until: string) =>
    `access: { scope: 'games' }, breaking: { reason: 'Games only', until: '${until}' }`;
  stage.workspace.edit(callee, (text) => text.replace("access: { scope: 'games' }", permit('2020-02-02')));
  const ended = await deploy('list-user-games');
  expect([ended.code, ended.out]).toEqual([
    2,
    expect.stringContaining('Its permission ended on 2020-02-02.'),
  ]);
  stage.workspace.edit(callee, (text) => text.replace('2020-02-02', '2999-12-31'));
  const { code, out } = await deploy('list-user-games');
  expect(out).toMatch(
    /list-user-games breaks live callers, as its contract permits until 2999-12-31: version 1 of get-user/,
  );
  expect(out).toMatch(/✓ list-user-games: .*version 2 is live/);
  expect(code).toBe(0);
});

it('lets the caller follow, and goes back to an earlier contract only if its callers allow it', async () => {
  expect((await deploy('get-user')).code).toBe(0);
  expect(await compatible()).toMatchObject({ code: 0, out: 'No contract breaks anyone who knows dev.\n' });
  // Its code, and so its record, is known from before.
  stage.workspace.edit(callee, (text) =>
    text.replace(/access: \{ scope: 'games' \}, breaking: .*? \},/, "access: 'user',"),
  );
  expect((await deploy('list-user-games')).code).toBe(0);
});
