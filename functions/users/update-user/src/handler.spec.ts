import { register } from '@arcade/data-access/testing';
import type { User } from '@arcade/validation';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { updateUser } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(updateUser, handler);
let user: User;
let count = 0;

beforeEach(async () => {
  user = await register(`test|ann${++count}`);
});

const change = (body: unknown, ifMatch: string, userId: string = user.id) =>
  send({ params: { userId }, body, headers: { 'if-match': ifMatch } }, { subject: `test|ann${count}` });

it('changes the fields that are given, and the version', async () => {
  const { status, headers, body } = await change({ name: 'Anna' }, '"1"');
  expect(status).toBe(200);
  expect(body).toEqual({ ...user, name: 'Anna', version: 2, updatedAt: body.updatedAt });
  expect(headers.etag).toBe('"2"');
  expect((await change({ email: `new${count}@example.com` }, '"1", "2"')).body).toMatchObject({
    name: 'Anna',
    version: 3,
  });
});

it('takes * for any version', async () => {
  expect((await change({ name: 'Anna' }, '*')).status).toBe(200);
});

it('refuses to change a version that was not read', async () => {
  await change({ name: 'Anna' }, '"1"');
  expect((await change({ name: 'Hanna' }, '"1"')).status).toBe(412);
  expect((await change({ name: 'Hanna' }, 'W/"2"')).status).toBe(412);
});

it('lets one of ten changes of the same version through', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => change({ name: `Ann ${n}` }, '"1"')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
});

it('wants to know which version', async () => {
  const answer = await send(
    { params: { userId: user.id }, body: { name: 'Anna' } },
    { subject: `test|ann${count}` },
  );
  expect(answer.status).toBe(428);
});

it('refuses an email address of another user', async () => {
  await register(`test|ben${count}`);
  const answer = await change({ email: `TEST-BEN${count}@example.com` }, '"1"');
  expect(answer).toMatchObject({ status: 409, body: { type: 'urn:problem-type:email-taken' } });
});

it('is for the user themself, and admins', async () => {
  const request = { params: { userId: user.id }, body: { name: 'Anna' }, headers: { 'if-match': '*' } };
  await register();
  expect(await send(request)).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send(request, { scopes: ['admin'] })).status).toBe(200);
});

it('says that there is no such user', async () => {
  const request = { body: { name: 'Anna' }, headers: { 'if-match': '*' } };
  const params = { userId: '01980000-0000-7000-8000-0000000000ff' };
  expect((await send({ ...request, params }, { scopes: ['admin'] })).status).toBe(404);
  expect((await send({ ...request, params })).status).toBe(403);
});

it('lets an admin by role change others', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('JWT_ROLE_CLAIM', 'cognito:groups');
  const request = { params: { userId: user.id }, body: { name: 'Anna' }, headers: { 'if-match': '*' } };
  const asGroup = (groups: string) =>
    send(request, { subject: 'test|nobody', claims: { 'cognito:groups': groups } });
  expect((await asGroup('[editors]')).status).toBe(403);
  expect((await asGroup('[editors admin]')).status).toBe(200);
});

it('refuses bad input', async () => {
  expect((await change({}, '*')).status).toBe(400);
  expect((await change({ id: user.id }, '*')).status).toBe(400);
  expect((await change({ name: '' }, '*')).status).toBe(400);
});
