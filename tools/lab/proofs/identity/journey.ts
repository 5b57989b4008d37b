import type { LocalIssuer } from '@nanoservices/runtime/tokens';
import { expect, vi } from 'vitest';
import type { ApiRequest, ApiResponse } from '../../testbed/aws/deployed-api.ts';

/** Requests of a person with a token, from the first one on. */
export async function journey(
  send: (request: ApiRequest) => Promise<ApiResponse>,
  issuer: LocalIssuer,
  name: string,
): Promise<void> {
  const tokenOf = (sub: string, more: object = {}) => issuer.issue({ sub: `${sub} of ${name}`, ...more });
  const ann = await tokenOf('ann');
  const ben = await tokenOf('ben');
  const admin = await tokenOf('admin', { scope: 'admin', roles: ['staff', 'admin'] });
  const newUser = (who: string) => ({ name: who, email: `${who}-${name}@example.com` });

  const path = '/users/0197f3a0-0000-7000-8000-00000000ffff';
  expect((await send({ method: 'GET', path })).status).toBe(401);
  expect(
    (await send({ method: 'GET', path, token: await tokenOf('ann', { iss: 'https://x' }) })).status,
  ).toBe(401);
  expect(await send({ method: 'GET', path, token: ann })).toMatchObject({
    status: 403,
    body: { type: 'urn:problem-type:not-registered' },
  });

  const create = (token: string, who: string) =>
    send({ method: 'POST', path: '/users', token, body: newUser(who) });
  const created = await create(ann, 'ann');
  expect(created).toMatchObject({ status: 201, body: newUser('ann') });
  const { id } = created.body;
  const own = `/users/${id}`;
  expect(await create(ann, 'ann')).toMatchObject({ status: 409, headers: { location: own } });
  expect((await create(ben, 'ben')).status).toBe(201);

  // A callee that starts too slowly is left out, by contract.
  await vi.waitUntil(async () => {
    const { status, body } = await send({ method: 'GET', path: own, token: ann });
    expect({ status, email: body.email }).toEqual({ status: 200, email: newUser('ann').email });
    return body.games.status === 'available';
  }, 60_000);
  const seen = await send({ method: 'GET', path: own, token: ben });
  expect(seen).toMatchObject({ status: 200, body: { id } });
  expect(seen.body).not.toHaveProperty('email');

  const change = (token: string) =>
    send({ method: 'PATCH', path: own, token, headers: { 'if-match': '*' }, body: { name: 'Anna' } });
  expect(await change(ben)).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect(await change(admin)).toMatchObject({ status: 200, body: { name: 'Anna' } });

  const game = { title: name, seats: 2 };
  expect(await send({ method: 'POST', path: '/games', token: ann, body: game })).toMatchObject({
    status: 201,
    body: { ...game, hostId: id },
  });
  // API Gateway asks the token itself for the scope, and two providers give none.
  const list = await send({ method: 'GET', path: '/users', token: admin });
  expect(list.status).toBe(issuer.hasScopes ? 200 : 403);
}
