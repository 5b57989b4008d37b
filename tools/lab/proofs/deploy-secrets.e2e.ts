/** A secret of a contract on an emulated AWS, from the command that sets it to the function that has it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { liveAlias } from '@nanoservices/deploy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EmulatedStage, type Ended } from '../testbed/aws/emulated-stage.ts';

let stage: EmulatedStage;
const folder = 'functions/games/list-games';
const value = 'sk_live_4242';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

beforeAll(async () => {
  stage = await EmulatedStage.open();
  stage.workspace.write(
    `${folder}/src/contract.ts`,
    `
    import { contract, secret } from '@nanoservices/endpoint';
    import * as z from 'zod/mini';
    export const listGames = contract({
      name: 'list-games', method: 'GET', path: '/games', summary: 'x', access: 'public',
      env: z.object({ PAY_KEY: secret(), PAGE_SIZE: z.coerce.number() }),
      response: z.looseObject({}),
    });`,
  );
  stage.workspace.write(
    `${folder}/src/handler.ts`,
    `
    import { createHash } from 'node:crypto';
    import { endpoint } from '@nanoservices/endpoint';
    import { listGames } from './contract.ts';
    export const handler = endpoint(listGames, async ({ env, event }) => {
      if (event.headers.fail) throw new Error('The bank refuses ' + env.PAY_KEY);
      return { pageSize: env.PAGE_SIZE, key: createHash('sha256').update(env.PAY_KEY).digest('hex') };
    });`,
  );
  stage.workspace.commit('a secret');
});
afterAll(() => stage?.close());

const deploy = (...args: string[]) => stage.operate('deploy', 'platform', 'list-games', ...args);
const secret = (args: string, input = ''): Promise<Ended> =>
  stage.run('sh', [
    '-c',
    `printf '%s\\n' '${input}' | node tools/nx/bin/nanos.mjs secret ${args} --stage dev`,
  ]);

async function invoke(headers: object = {}): Promise<{ statusCode: number; body: string; log: string }> {
  const result = await stage.lambda.send(
    new InvokeCommand({
      FunctionName: `arcade-dev-list-games:${liveAlias}`,
      LogType: 'Tail',
      Payload: JSON.stringify({
        ...{ version: '2.0', routeKey: 'GET /games', rawPath: '/games', headers, isBase64Encoded: false },
        requestContext: { http: { sourceIp: '192.0.2.1' }, requestId: 'r' },
      }),
    }),
  );
  const log = Buffer.from(result.LogResult ?? '', 'base64').toString();
  return { ...JSON.parse(Buffer.from(result.Payload ?? []).toString()), log };
}

it('a plain variable that no file sets, and a secret that is not set, are refused before anything changes', async () => {
  stage.proxy.changes();
  const plain = await deploy();
  expect(plain.out).toMatch(/The stage dev has no value for PAGE_SIZE of list-games\./);
  expect(plain.code).toBe(2);
  stage.workspace.edit('functions/stages.json', (text) =>
    text.replace('"region"', '"environment": { "PAGE_SIZE": "7" }, "region"'),
  );
  const planned = await deploy('--dry-run');
  expect(planned.out).toContain('→ list-games: full deployment: new');
  expect(planned.out).toContain('The stage dev lacks secrets: PAY_KEY of list-games.');
  expect(planned.code).toBe(0);
  const refused = await deploy();
  expect(refused.out).toContain('npx nanos secret set PAY_KEY --stage dev');
  expect(refused.code).toBe(2);
  expect(stage.proxy.changes()).toEqual([]);
});

it('a secret that was set is read by the function', async () => {
  expect(await secret('set PAY_KEY', value)).toEqual({ code: 0, out: '✓ PAY_KEY of list-games\n' });
  const { code, out } = await deploy();
  expect(out).toContain('✓ list-games: new, version 1 is live');
  expect(code).toBe(0);
  const { body, statusCode } = await invoke();
  expect(statusCode).toBe(200);
  expect(JSON.parse(body)).toEqual({
    pageSize: 7,
    key: hash(value),
  });
});

it('its value is in no log, template, artifact or configuration', async () => {
  const failed = await invoke({ fail: 'yes' });
  expect(failed.statusCode).toBe(500);
  expect(failed.log).toContain('The bank refuses [redacted]');
  const live = await stage.lambda.send(new GetFunctionCommand({ FunctionName: 'arcade-dev-list-games' }));
  expect(live.Configuration?.Environment?.Variables).toMatchObject({
    SECRETS_PATH: '/arcade/dev/list-games',
    PAGE_SIZE: '7',
  });
  const read = (file: string) => readFileSync(join(stage.workspace.root, folder, file), 'latin1');
  const listed = await secret('list');
  expect(listed.out).toMatch(/PAY_KEY.*list-games.*\d{4}-\d\d-\d\dT/);
  const places = [
    failed.log,
    JSON.stringify(live),
    await stage.stacks.template('arcade-dev-list-games'),
    read('dist/handler.mjs'),
    read('artifact/dev/serverless.yml'),
    read('artifact/function.zip'),
    listed.out,
  ];
  for (const place of places) expect(place).not.toContain(value);
});

it('a new value needs no deployment', async () => {
  await secret('set PAY_KEY', 'sk_live_7777');
  expect(JSON.parse((await invoke()).body).key).toBe(hash('sk_live_7777'));
  stage.proxy.changes();
  expect((await deploy()).out).toContain('- list-games: unchanged');
  expect(stage.proxy.changes()).toEqual([]);
});

it('a removed one is named by the next deployment', async () => {
  expect((await secret('rm PAY_KEY')).out).toContain('✓ removed PAY_KEY of list-games, which needs it');
  expect((await invoke()).log).toContain('npx nanos secret set PAY_KEY --stage dev --function list-games');
  expect((await deploy()).code).toBe(2);
});
