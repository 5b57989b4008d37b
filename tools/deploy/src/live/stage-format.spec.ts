import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decide } from '../deploy/decide.ts';
import { RecordedStage, type Recording } from '../testing/recorded-stage.ts';
import { shopStage } from '../testing/shop.ts';
import { requireAccount } from './account.ts';
import { DeployedCommit } from './deployed-commit.ts';
import { lambdaClient } from './lambda-client.ts';
import { Leases } from './lease.ts';
import { LiveFunctions } from './live-functions.ts';
import { formatFact, stageFormat } from './stage-format.ts';

// A stage that a version has deployed stays readable for ever: never change a recording, add one for a new format.
const folder = fileURLToPath(new URL('../testing/stages', import.meta.url));
const stage = shopStage();
const name = 'shop-dev-get-order';

let served: RecordedStage | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await served?.[Symbol.asyncDispose]();
});

async function serve(recording: Recording) {
  served = await RecordedStage.serve(recording);
  for (const [variable, value] of Object.entries(served.environment)) vi.stubEnv(variable, value);
  const { region } = stage;
  const functions = new LiveFunctions(lambdaClient(region));
  const leases = new Leases({ bucket: 'bucket', region, patienceMs: 0, onWait: () => {} });
  return {
    live: () => functions.read(name, 'live'),
    latest: () => functions.read(name),
    alias: () => functions.readLive(name),
    deployed: () => new DeployedCommit(stage).read(),
    lease: () => leases.hold('get-order', async () => {}),
    account: () => requireAccount(stage),
  };
}

function read(file: string) {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

it('has a recording of each format', () => {
  const formats = Array.from({ length: stageFormat }, (_, index) => `format-${index + 1}.json`);
  expect(readdirSync(folder).sort()).toEqual(formats.sort());
});

describe.each(readdirSync(folder))('a stage of %s', (file) => {
  const { means, ...recording } = read(file);

  it('is understood', async () => {
    const stage = await serve(recording);
    expect(await stage.live()).toMatchObject(means.live);
    expect(await stage.latest()).toMatchObject({
      version: '$LATEST',
      configuration: means.live.configuration,
      commit: undefined,
      grants: means.live.grants,
    });
    expect(await stage.alias()).toMatchObject(means.alias);
    expect(await stage.deployed()).toEqual(means.deployed);
    await expect(stage.lease()).rejects.toThrow(`get-order is being deployed by ${means.holder}.`);
    await expect(stage.account()).resolves.toBeUndefined();
  });

  it('is not deployed again as long as it can be compared', async () => {
    const { live, latest } = await serve(recording);
    const wanted = { codeSha256: means.live.codeSha256, configuration: means.live.configuration };
    expect(decide(wanted, { live: await live(), latest: await latest() }).action).toBe('skip');
  });
});

describe('a stage of a newer version', () => {
  const { means: _, ...recording } = read('format-1.json');
  const newer = `${stageFormat + 1}`;
  const sentence = `comes from a newer version of @nanoservices/deploy: its format is ${newer}, and this version reads ${stageFormat}. Upgrade this workspace: npx nx migrate <plugin>, with the plugin in nx.json.`;
  const edited = (path: readonly string[], edit: (text: string) => string) => {
    const copy = structuredClone(recording);
    const at = path.slice(0, -1).reduce((object, key) => object[key] ?? {}, copy);
    const key = path.at(-1) as string;
    at[key] = edit(at[key]);
    return copy;
  };
  const marked = (text: string) => `format=${newer} ${text}`;

  it.each([
    ['live', ['functions', name, '7', 'Description'], marked, `Version 7 of ${name}`],
    [
      'latest',
      ['functions', name, '$LATEST', 'Description'],
      (text: string) => text.replace(/\)$/, `, format ${newer})`),
      name,
    ],
    ['alias', ['aliases', name, 'Description'], marked, `The alias "live" of ${name}`],
    [
      'deployed',
      ['parameters', '/shop/dev/deployed-commit'],
      (text: string) => `${text} format=${newer}`,
      'What the parameter /shop/dev/deployed-commit records',
    ],
    [
      'lease',
      ['objects', 'leases/get-order'],
      (text: string) => JSON.stringify({ ...JSON.parse(text), format: newer }),
      'The deployment of sam@laptop',
    ],
    ['account', ['stacks', 'shop-dev-platform', 'stage-format'], () => newer, 'The stage dev'],
  ] as const)('is refused by what reads %s', async (reader, path, edit, subject) => {
    const stage = await serve(edited(path, edit));
    const reading = stage[reader]();
    await expect(reading).rejects.toThrow(subject);
    await expect(reading).rejects.toThrow(sentence);
    await expect(reading).rejects.toMatchObject({ exitCode: 1 });
  });
});

describe('marks', () => {
  it('are left out in format 1, and written in later ones', () => {
    expect(formatFact(1)).toEqual({});
    expect(formatFact(2)).toEqual({ format: '2' });
  });
});
