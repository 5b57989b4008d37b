import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias } from '@nanoservices/deploy';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmulatedStage, succeed } from '../testbed/aws/emulated-stage.ts';
import type { Fault } from '../testbed/aws/fault-proxy.ts';

const name = 'list-games';
const fullName = `arcade-dev-${name}`;
const handlerFile = `functions/games/${name}/src/handler.ts`;

let stage: EmulatedStage;
/** Counts the deployments that were killed or lost a response. */
let points = 0;

beforeAll(async () => {
  stage = await EmulatedStage.open();
  stage.leaseSilenceMs = 1500;
  await succeed(stage.nx('run', `${name}:package`));
  await succeed(stage.deploy('platform', 'database', name));
  rollout({ percent: 50, minutes: 0.2, maxErrorRate: 0.05 });
});
afterAll(async () => {
  console.log(`${points} points at which a rollout went wrong`);
  await stage?.close();
});
afterEach(() => {
  stage.proxy.script = () => undefined;
});

function rollout(settings: object): void {
  stage.workspace.edit('functions/stages.json', (text) => {
    const content = JSON.parse(text);
    content.stages.dev.rollout = settings;
    return JSON.stringify(content);
  });
}

const newCode = () => stage.newCode(`games/${name}`);
const live = () => stage.functions.readLive(fullName);
const liveCode = async () => (await stage.functions.read(fullName, liveAlias))?.codeSha256;

/** Sends a request to the alias. @returns its answer */
async function request(): Promise<{ statusCode: number; edition?: number }> {
  const event = {
    ...{ version: '2.0', routeKey: 'GET /games', rawPath: '/games', headers: {}, isBase64Encoded: false },
    requestContext: { http: { sourceIp: '192.0.2.1' }, requestId: 'r' },
  };
  const { Payload } = await stage.lambda.send(
    new InvokeCommand({ FunctionName: fullName, Qualifier: liveAlias, Payload: JSON.stringify(event) }),
  );
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}

/** Sends requests until work is done. @returns their answers */
async function during<Result>(
  work: Promise<Result>,
): Promise<[Result, { statusCode: number; edition?: number }[]]> {
  const answers: { statusCode: number; edition?: number }[] = [];
  let isDone = false;
  const asking = (async () => {
    while (!isDone) answers.push(await request());
  })();
  try {
    return [await work, answers];
  } finally {
    isDone = true;
    await asking;
  }
}

describe('a rollout', () => {
  it('sends a part of the requests to the new version, and then all', async () => {
    newCode();
    await succeed(stage.deploy(name, '--force'));
    const code = newCode();
    const [{ code: exitCode, out }, answers] = await during(stage.deploy(name));
    expect(exitCode, out).toBe(0);
    expect(out).toContain('50 % of the requests reach version');
    expect(new Set(answers.map((one) => one.edition))).toEqual(new Set([stage.edition - 1, stage.edition]));
    expect(await liveCode()).toBe(code);
    expect((await live())?.isWeighted).toBe(false);
  });

  it('takes a version back whose responses fail, though it loads, and does not bring it back by itself', async () => {
    stage.workspace.edit(handlerFile, (text) =>
      text
        .replace('games.list(', 'games.list(broken() ?? ')
        .concat('\nfunction broken(): undefined {\n  throw new Error("on purpose");\n}\n'),
    );
    await succeed(stage.nx('run', `${name}:package`));
    const before = await live();
    const [{ code, out }, answers] = await during(stage.deploy(name));
    expect(code, `${out}\n${JSON.stringify(answers)}`).toBe(1);
    expect(out).toMatch(/version \d+ failed \d+ of \d+ requests; version \d+ gets all of them again/);
    expect(new Set(answers.map((one) => one.statusCode))).toEqual(new Set([204, 500]));
    expect(await live()).toMatchObject({ version: before?.version, isWeighted: false });
    expect((await stage.deploy(name)).out).toMatch(/version \d+ was rolled back; --force deploys it again/);
    expect(await live()).toMatchObject({ version: before?.version, isWeighted: false });
  });

  /** Kills a deployment in the middle of its rollout. */
  async function kill(): Promise<void> {
    const deploying = stage.start(name);
    await deploying.printed('50 % of the requests reach version');
    deploying.kill();
    await deploying.ended;
    expect((await live())?.isWeighted).toBe(true);
  }

  it('that was killed is finished by the next deployment', async () => {
    const code = newCode();
    await kill();
    expect((await stage.operate('status')).out).toContain(
      '"live" sends a part of the requests to another version',
    );
    await succeed(stage.deploy(name));
    expect(await liveCode()).toBe(code);
    expect((await live())?.isWeighted).toBe(false);
  });

  it('that was killed is undone by the next deployment when its code is no longer wanted', async () => {
    const before = await live();
    const file = join(stage.workspace.root, `functions/games/${name}/artifact/function.zip`);
    const wanted = readFileSync(file);
    newCode();
    await kill();
    writeFileSync(file, wanted);
    await succeed(stage.deploy(name));
    expect(await live()).toMatchObject({ version: before?.version, isWeighted: false });
  });

  it('that was killed is taken back by a rollback', async () => {
    const before = await live();
    newCode();
    await kill();
    await succeed(stage.operate('rollback', name));
    expect(await live()).toMatchObject({ version: before?.version, isWeighted: false });
    expect((await stage.deploy(name)).out).toContain('was rolled back');
  });

  it('goes wrong at any request that changes something, and nothing is lost', async () => {
    rollout({ percent: [20, 60], minutes: 0.002, maxErrorRate: 0.05 });
    newCode();
    stage.proxy.seen.length = 0;
    await succeed(stage.deploy(name));
    const changes = [...stage.proxy.seen.keys()].filter((at) => stage.proxy.seen[at]?.isChange);
    expect(changes.length).toBeGreaterThan(7);
    const problems: string[] = [];
    for (const at of changes) {
      const before = await liveCode();
      const wanted = newCode();
      const running = stage.start(name);
      let count = 0;
      const isKilled = points % 2 === 0;
      stage.proxy.script = (): Fault | undefined => {
        if (count++ !== at) return undefined;
        if (isKilled) running.kill();
        return 'lost';
      };
      const { code, out } = await running.ended;
      stage.proxy.script = () => undefined;
      points++;
      const now = await liveCode();
      if (now !== before && now !== wanted) problems.push(`${at}: neither version is live`);
      if (code === 0 && now !== wanted)
        problems.push(`${at}: it ended well, but the old version is live: ${out}`);
      const next = await stage.deploy(name);
      const alias = await live();
      if (next.code !== 0 || (await liveCode()) !== wanted || alias?.isWeighted) {
        problems.push(`${at}: the next deployment does not finish it: ${next.out}`);
      }
    }
    expect(problems).toEqual([]);
  });
});
