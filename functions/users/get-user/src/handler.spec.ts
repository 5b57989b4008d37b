import { register } from '@arcade/data-access/testing';
import type { User } from '@arcade/validation';
import { fakeLambda, sender } from '@nanoservices/endpoint/testing';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { getUser } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(getUser, handler);
const page = {
  items: [
    {
      id: '01980000-0000-7000-8000-0000000000a1',
      title: 'Chess',
      status: 'open',
      joinedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
  nextCursor: null,
};
let user: User;
/** Payload of list-user-games. Lambda is a fake here, so that the callee can fail. */
let answer: () => unknown;
let lambda: Awaited<ReturnType<typeof fakeLambda>>;
const invoked = vi.fn();

beforeAll(async () => {
  [user] = await Promise.all([register(), register('test|stranger')]);
});

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  lambda = await fakeLambda((name, event) => {
    invoked(name, event);
    return answer();
  });
});

afterEach(async () => {
  invoked.mockClear();
  await lambda.close();
});

it('reads a user with the games they play', async () => {
  answer = () => ({ statusCode: 200, body: JSON.stringify(page) });
  const { status, body } = await send({ params: { userId: user.id } });
  expect(status).toBe(200);
  expect(body).toEqual({ ...user, games: { status: 'available', ...page } });
  expect(invoked).toHaveBeenCalledWith(
    'list-user-games',
    expect.objectContaining({ rawPath: `/users/${user.id}/games`, pathParameters: { userId: user.id } }),
  );
});

it.each([
  ['has a bug', () => ({ statusCode: 500, body: '{"type":"about:blank","title":"Error","status":500}' })],
  ['crashes', () => Promise.reject(new Error('down'))],
  ['answers against its contract', () => ({ statusCode: 200, body: '{"items":[{}],"nextCursor":null}' })],
])('answers without the games, saying so, when list-user-games %s', async (_, failure) => {
  answer = failure;
  const { status, body } = await send({ params: { userId: user.id } });
  expect({ status, body }).toEqual({ status: 200, body: { ...user, games: { status: 'unavailable' } } });
});

it('answers without the games when they take longer than two seconds', async () => {
  answer = () => new Promise(() => {});
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  const { body } = await send({ params: { userId: user.id } });
  expect(body.games).toEqual({ status: 'unavailable' });
  expect(timeout.mock.calls).toEqual([[2000]]);
  timeout.mockRestore();
});

it('answers without the games when Lambda is down', async () => {
  await lambda.close();
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', lambda.url);
  const { body } = await send({ params: { userId: user.id } });
  vi.unstubAllEnvs();
  expect(body.games).toEqual({ status: 'unavailable' });
});

it('shows an email address to the user themself and to admins only', async () => {
  answer = () => ({ statusCode: 200, body: JSON.stringify(page) });
  const { email, ...others } = user;
  const asStranger = await send({ params: { userId: user.id } }, { subject: 'test|stranger' });
  expect(asStranger.body).toEqual({ ...others, games: { status: 'available', ...page } });
  const asAdmin = await send({ params: { userId: user.id } }, { subject: 'test|admin', scopes: ['admin'] });
  expect(asAdmin.body.email).toBe(email);
});

it('says that there is no such user, and asks for no games', async () => {
  const answer = await send({ params: { userId: '01980000-0000-7000-8000-0000000000ff' } });
  expect(answer).toMatchObject({ status: 404, body: { type: 'urn:problem-type:user-not-found' } });
  expect(invoked).not.toHaveBeenCalled();
});

it('refuses what is no user id, and someone without a token', async () => {
  expect((await send({ params: { userId: '1' } })).status).toBe(400);
  expect((await send({ params: { userId: user.id } }, { subject: null })).status).toBe(401);
});

it('refuses someone who is no user, and asks for nothing', async () => {
  expect(await send({ params: { userId: user.id } }, { subject: user.id })).toMatchObject({
    status: 403,
    body: { type: 'urn:problem-type:not-registered' },
  });
  expect(invoked).not.toHaveBeenCalled();
});
