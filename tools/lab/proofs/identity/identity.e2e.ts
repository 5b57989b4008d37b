/**
 * Tokens of five identity providers reach the handlers in every topology: on this machine, and through the template of the
 * deployed API, with functions on an emulated AWS. Keys and tokens are the local issuer's, in the form of each provider.
 */
import { createTestDatabase, type TestDatabase } from '@nanoservices/database/testing';
import { Provider, readLayout } from '@nanoservices/model';
import { startApi } from '@nanoservices/runtime';
import { localIssuer } from '@nanoservices/runtime/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiRequest, deployedApi, sendTo } from '../../testbed/aws/deployed-api.ts';
import { EmulatedStage } from '../../testbed/aws/emulated-stage.ts';
import { repositoryRoot } from '../../testbed/repository.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { journey } from './journey.ts';

const topologies = Object.keys(readLayout(repositoryRoot).topologies.topologies);
const roleClaim = 'roles';

describe('on this machine', () => {
  const workspace = new WorkspaceFixture({ application: 'arcade' });
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(repositoryRoot);
  });
  afterAll(async () => {
    await database?.drop();
    await workspace.delete();
  });

  it.each(topologies.flatMap((topology) => Provider.options.map((like) => [topology, like] as const)))(
    'in the topology %s, tokens like %s',
    async (topology, like) => {
      workspace.write('functions/api.json', JSON.stringify({ jwt: { like, roleClaim } }));
      const options = {
        root: workspace.root,
        topology,
        isolation: 'thread',
        env: database.environment,
      } as const;
      await using api = await startApi(options);
      const send = (request: ApiRequest) => sendTo(api.url, request);
      await journey(send, await localIssuer(workspace.root, like), `${topology}-${like}`);
    },
  );
});

describe('through the deployed template', () => {
  let stage: EmulatedStage;

  beforeAll(async () => {
    stage = await EmulatedStage.open();
  });
  afterAll(() => stage?.close());

  const settings = (jwt?: object) =>
    JSON.stringify({ application: 'arcade', stages: { dev: { region: 'eu-central-1', jwt } } });

  it('a stage without an issuer has its public endpoints, and says which others it left out', async () => {
    stage.workspace.write('functions/stages.json', settings());
    const { code, out } = await stage.operate('deploy');
    expect(out).toMatch(/^Left out: create-game, create-user, .*update-user\. They want a token/m);
    expect(code).toBe(0);
    expect(Object.keys(await stage.live())).toEqual(['get-game', 'list-games']);
    const status = await stage.operate('status');
    expect(status.out).toContain('Left out: create-game');
    expect(status.out).not.toContain('not deployed');
    expect((await stage.operate('deploy')).out).toContain('- api: unchanged');
    const send = await deployedApi(stage, { keys: [] });
    expect((await send({ method: 'GET', path: '/games' })).status).toBe(200);
    expect((await send({ method: 'POST', path: '/users' })).status).toBe(404);
  });

  describe.each(topologies)('in the topology %s', (topology) => {
    it.each(Provider.options)('tokens like %s', async (like) => {
      const issuer = await localIssuer(stage.workspace.root, like);
      const { audience, keys = { keys: [] } } = issuer.settings;
      const jwt = { issuer: issuer.settings.issuer, audience, roleClaim };
      stage.workspace.write('functions/stages.json', settings(jwt));
      const { code, out } = await stage.operate('deploy', '--topology', topology);
      expect(out).not.toContain('Left out');
      expect(code, out).toBe(0);
      await journey(await deployedApi(stage, keys), issuer, `${topology}-${like}`);
    });
  });
});
