/**
 * A stage with a domain on an emulated AWS: its API grows beyond what one HTTP API takes, and shrinks again. Many routes of one
 * function need several APIs as many functions do, and are deployed sooner.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routedFunctions, stackName } from '@nanoservices/deploy';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EmulatedStage } from '../testbed/aws/emulated-stage.ts';

let stage: EmulatedStage;
const domain = {
  name: 'api.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
};

beforeAll(async () => {
  stage = await EmulatedStage.open();
  const file = JSON.parse(readFileSync(join(stage.workspace.root, 'functions/stages.json'), 'utf8'));
  Object.assign(file.stages.dev, { domain });
  stage.workspace.write('functions/stages.json', JSON.stringify(file));
});
afterAll(() => stage?.close());

const deploy = () => stage.operate('deploy', 'platform', 'database', 'app', 'api', '--topology', 'mono');

/** The stacks with HTTP APIs, and the paths of each. */
async function apis(): Promise<Record<string, string[]>> {
  const found = await stage.stacks.find({ application: 'arcade', stage: 'dev' });
  const names = found
    .map(({ name }) => name)
    .filter((name) => name.startsWith(stackName(stage.stage, 'api')));
  const templates = names.map(async (name) => {
    const { HttpApi } = JSON.parse(await stage.stacks.template(name)).Resources;
    return [name, Object.keys(HttpApi?.Properties.Body.paths ?? {})] as const;
  });
  return Object.fromEntries(await Promise.all(templates));
}

it('has one HTTP API, and the address of its domain', async () => {
  const { code, out } = await deploy();
  expect(out).toContain('The API of dev is at https://api.example.com');
  expect(code).toBe(0);
  expect(Object.keys(await apis())).toEqual(['arcade-dev-api']);
  expect((await stage.operate('status', '--topology', 'mono')).out).toMatch(
    /DNS: api\.example\.com CNAME \S+/,
  );
});

it('gets one for each resource when they are too many', async () => {
  for (let index = 0; index < 300; index++) {
    stage.workspace.endpoint(
      `get-part-${index}`,
      `GET /${index % 2 ? 'desks' : 'parts'}/{id}/p${index}`,
      'return { statusCode: 204 };',
    );
  }
  const { code, out } = await deploy();
  expect(out).toMatch(/✓ api: routes or their targets changed \(\d of 5 HTTP APIs\)/);
  expect(code).toBe(0);
  const found = await apis();
  expect(Object.keys(found).sort()).toEqual([
    ...['arcade-dev-api', 'arcade-dev-api--desks', 'arcade-dev-api--games'],
    ...['arcade-dev-api--parts', 'arcade-dev-api--users'],
  ]);
  expect(found['arcade-dev-api']).toEqual([]);
  expect(found['arcade-dev-api--desks']).toContain('/{id}/p1');
  expect([...(await routedFunctions(stage.stacks, stage.stage))]).toEqual(['app']);
  expect((await deploy()).out).toContain('- api: unchanged');
});

it('has one again when one takes all', async () => {
  stage.workspace.remove('functions/test');
  const { code, out } = await deploy();
  expect(out).toMatch(/✓ api: .*4 to remove/);
  expect(code).toBe(0);
  const found = await apis();
  expect(Object.keys(found)).toEqual(['arcade-dev-api']);
  expect(found['arcade-dev-api']).toContain('/users/{userId}');
});
