import { createTestDatabase, type TestDatabase } from '@nanoservices/database/testing';
import type { AnyContract } from '@nanoservices/endpoint';
import { readWorkspace } from '@nanoservices/model';
import { type StartedApi, startApi } from '@nanoservices/runtime';
import { type LocalIssuer, localIssuer } from '@nanoservices/runtime/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

/**
 * Every route with an id in its path, asked for another user's object (OWASP API1:2023). Routes that let anybody read are
 * listed; every other route must refuse, also one that is added later.
 */
const readable = ['get-game', 'get-user', 'list-user-games'];

const nobody = '0197f3a0-0000-7000-8000-00000000a001';
const [ann, eve] = ['auth0|ann', 'auth0|eve'];
const bodies: Record<string, object> = {
  'update-user': { name: 'Mine now' },
  'update-game': { title: 'Mine now' },
};

const { contracts } = await readWorkspace(repositoryRoot);
const withIds: AnyContract[] = [...contracts.values()].filter(({ path }) => path.includes('{'));
let database: TestDatabase;
let api: StartedApi;
let issuer: LocalIssuer;
let ids: Record<string, string>;

beforeAll(async () => {
  [database, issuer] = await Promise.all([createTestDatabase(repositoryRoot), localIssuer(repositoryRoot)]);
  api = await startApi({ root: repositoryRoot, topology: 'mono', env: database.environment });
  const user = await send('POST', '/users', ann, { name: 'Ann', email: 'ann@example.com' });
  const other = await send('POST', '/users', eve, { name: 'Eve', email: 'eve@example.com' });
  const { id: userId } = (await user.json()) as { id: string };
  const game = await send('POST', '/games', ann, { title: 'Chess', seats: 2 });
  const { id: gameId } = (await game.json()) as { id: string };
  const seat = await send('PUT', `/games/${gameId}/players/${userId}`, ann);
  expect([user.status, other.status, game.status, seat.status]).toEqual([201, 201, 201, 200]);
  ids = { userId, gameId };
});

afterAll(async () => {
  await api?.stop();
  await database?.drop();
});

async function send(method: string, path: string, sub?: string, body?: object, scope?: string) {
  const token = sub && (await issuer.issue({ sub, ...(scope && { scope }) }));
  return fetch(api.url + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
      'if-match': '*',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

const pathOf = ({ path }: AnyContract) => path.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? nobody);

describe("another user's object", () => {
  it.each(withIds.map((contract) => [contract.name, contract] as const))('%s', async (name, contract) => {
    const response = await send(contract.method, pathOf(contract), eve, bodies[name]);
    if (readable.includes(name)) {
      expect(contract.method).toBe('GET');
      expect(await response.text()).not.toContain('ann@example.com');
    } else {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ type: 'urn:problem-type:forbidden' });
    }
  });

  it.each(
    withIds.filter(({ access }) => access !== 'public').map((contract) => [contract.name, contract] as const),
  )('%s, without a token', async (_, contract) => {
    expect((await send(contract.method, pathOf(contract))).status).toBe(401);
  });

  it.each(
    withIds.filter(({ access }) => access === 'user').map((contract) => [contract.name, contract] as const),
  )('%s, with a token to which no user belongs', async (name, contract) => {
    const response = await send(contract.method, pathOf(contract), 'auth0|new', bodies[name]);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: 'urn:problem-type:not-registered' });
  });

  it('is as it was afterwards, and an admin may change it', async () => {
    const game = await (await send('GET', `/games/${ids.gameId}`)).json();
    expect(game).toMatchObject({ title: 'Chess', version: 1, players: [{ userId: ids.userId }] });
    const change = await send('PATCH', `/games/${ids.gameId}`, eve, { title: 'Go' }, 'admin');
    expect(change.status).toBe(200);
  });
});
