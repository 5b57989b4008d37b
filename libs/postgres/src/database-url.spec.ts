import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ServiceUnavailable } from '@nanoservices/endpoint';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { read } from './connection.ts';

const database = process.env.DATABASE_URL as string;
const wrongPassword = new URL(database);
wrongPassword.username = 'nobody_at_all';

let parameter: { status: number; body: unknown };
const asked = vi.fn();
/** A stand-in for AWS Systems Manager, on a real socket. */
const ssm = createServer(async (request, response) => {
  asked(request.headers, JSON.parse(await text(request)));
  response.writeHead(parameter.status).end(JSON.stringify(parameter.body));
});
const holds = (value: string) => {
  parameter = { status: 200, body: { Parameter: { Value: value } } };
};

beforeEach(async () => {
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${(ssm.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('DATABASE_URL', undefined);
  vi.stubEnv('DATABASE_URL_PARAMETER', '/app/test/database-url');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  asked.mockReset();
  ssm.closeAllConnections();
  await new Promise((resolve) => ssm.close(resolve));
});

it('is re-read from Systems Manager until a login succeeds, and then kept', async () => {
  parameter = { status: 400, body: { __type: 'AccessDeniedException' } };
  const denied = await read('SELECT 1').catch((error) => error);
  expect(denied).toBeInstanceOf(ServiceUnavailable);
  expect(denied.cause.message).toMatch(/\/app\/test\/database-url .*HTTP 400 .*AccessDenied/);
  expect(JSON.stringify(denied.details)).not.toMatch(/database|AccessDenied/);

  holds(wrongPassword.href);
  expect(await read('SELECT 1').catch((error) => error)).toBeInstanceOf(ServiceUnavailable);

  holds(database);
  expect(await read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  asked.mockClear();
  await read('SELECT 1');
  expect(asked).not.toHaveBeenCalled();
});

it.each([
  [400, { __type: 'ThrottlingException', message: 'Rate exceeded' }],
  [500, { __type: 'InternalServerError' }],
])('is asked for again after HTTP %i %j', async (status, body) => {
  const { databaseUrl } = await import('./database-url.ts');
  parameter = { status, body };
  asked.mockImplementation(() => {
    if (asked.mock.calls.length === 3) holds('postgres://somewhere');
  });
  expect(await databaseUrl()).toBe('postgres://somewhere');
  expect(asked).toHaveBeenCalledTimes(3);
});

it('is not asked for again when the function may not read it', async () => {
  const { databaseUrl } = await import('./database-url.ts');
  parameter = { status: 400, body: { __type: 'AccessDeniedException' } };
  await expect(databaseUrl()).rejects.toThrow(ServiceUnavailable);
  expect(asked).toHaveBeenCalledTimes(1);
});

it('is requested decrypted, signed with the credentials of the function', async () => {
  const { databaseUrl } = await import('./database-url.ts');
  holds('postgres://somewhere');
  expect(await databaseUrl()).toBe('postgres://somewhere');
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({
      'x-amz-target': 'AmazonSSM.GetParameter',
      authorization: expect.stringContaining('Credential=AKIDEXAMPLE/'),
    }),
    { Name: '/app/test/database-url', WithDecryption: true },
  );
});
