import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Stage } from '@nanoservices/model';
import { asRole, connect, dropRoles, passwordOf } from '@nanoservices/postgres/admin';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addRoles, rotatePasswords } from './function-roles.ts';

const url = process.env.DATABASE_URL as string;
const stage = { name: 'dev', application: `roles${process.pid}`, region: 'eu-central-1' } as Stage;
const functions = ['get-order', 'list-orders'].map((name) => ({ name, grants: {} }));
const roleOf = (name: string) => `${stage.application}-dev-${name}`;
const database = { url, urlFromHere: url, source: 'DATABASE_URL' };
const owner = await connect(url);

/** A stand-in for AWS Systems Manager, on a real socket: it keeps what is put. */
const parameters = new Map<string, string>();
/** What happens to the first write; the next one is good. */
let fault: 'refused' | 'stored and refused' | undefined;
const ssm = createServer(async (request, response) => {
  const body = (await json(request)) as { Name: string; Value: string; Names: string[] };
  const operation = String(request.headers['x-amz-target']).split('.')[1];
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  if (operation === 'PutParameter') {
    if (fault !== 'refused') parameters.set(body.Name, body.Value);
    if (fault) {
      fault = undefined;
      return void response.writeHead(400).end('{"__type":"ValidationException","message":"no more"}');
    }
  }
  const found = (body.Names ?? []).filter((name) => parameters.has(name));
  const Parameters = found.map((Name) => ({ Name, Value: parameters.get(Name) }));
  response.end(JSON.stringify(operation === 'GetParameters' ? { Parameters } : {}));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${(ssm.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  ssm.closeAllConnections();
  ssm.close();
  await owner.end();
  await dropRoles(
    url,
    functions.map(({ name }) => roleOf(name)),
  );
});

const parameterOf = (name: string) => {
  const [key, value = ''] =
    [...parameters].find(([one]) => one.includes(`/${name}/`) || one.endsWith(`/${name}`)) ?? [];
  return { key: key ?? '', value };
};
const deploy = () => addRoles(stage, database, functions, new Map());
async function whoLogsIn(name: string): Promise<string> {
  const client = await connect(parameterOf(name).value);
  const { rows } = await client.query<{ name: string }>('SELECT current_user AS name');
  await client.end();
  return rows[0]?.name ?? '';
}

it('gives functions roles once', async () => {
  expect(await deploy()).toEqual(['get-order', 'list-orders']);
  expect(await whoLogsIn('get-order')).toBe(roleOf('get-order'));
  expect(await deploy()).toEqual([]);
});

it.each<readonly [string, () => unknown]>([
  ['a parameter that is gone', () => parameters.delete(parameterOf('get-order').key)],
  ['a role that is gone', () => dropRoles(url, [roleOf('get-order')])],
  [
    'a password of a backup that was restored',
    () => owner.query(`ALTER ROLE ${owner.escapeIdentifier(roleOf('get-order'))} PASSWORD 'of yesterday'`),
  ],
  [
    'a parameter with another password',
    () => parameters.set(parameterOf('get-order').key, asRole(url, roleOf('get-order'), 'of yesterday')),
  ],
])('heals %s, and touches no other function', async (_, harm) => {
  await harm();
  const other = parameterOf('list-orders').value;
  expect(await deploy()).toEqual(['get-order']);
  expect(await whoLogsIn('get-order')).toBe(roleOf('get-order'));
  expect(parameterOf('list-orders').value).toBe(other);
  expect(await deploy()).toEqual([]);
});

it('keeps a role that has no connection left', async () => {
  await owner.query(`ALTER ROLE ${owner.escapeIdentifier(roleOf('get-order'))} CONNECTION LIMIT 0`);
  expect(await deploy()).toEqual([]);
  await owner.query(`ALTER ROLE ${owner.escapeIdentifier(roleOf('get-order'))} CONNECTION LIMIT -1`);
});

it('gives roles that are there other passwords', async () => {
  const before = functions.map(({ name }) => passwordOf(parameterOf(name).value));
  const told: string[] = [];
  const without: string[] = [];
  await rotatePasswords(stage, database, ['get-order', 'list-orders', 'get-nothing'], {
    report: (name) => told.push(name),
    refuseWithoutRole: (names) => without.push(...names),
  });
  expect(told).toEqual(['get-order', 'list-orders']);
  expect(without).toEqual(['get-nothing']);
  for (const [index, { name }] of functions.entries()) {
    expect(passwordOf(parameterOf(name).value)).not.toBe(before[index]);
    expect(await whoLogsIn(name)).toBe(roleOf(name));
  }
});

describe('a password that cannot be stored', () => {
  const hooks = { report: () => {}, refuseWithoutRole: () => {} };
  const rotate = () => rotatePasswords(stage, database, ['get-order'], hooks);

  it('is not changed', async () => {
    fault = 'refused';
    await expect(rotate()).rejects.toThrow('no more');
    fault = undefined;
    expect(await whoLogsIn('get-order')).toBe(roleOf('get-order'));
  });

  it('or is it? The one that the database takes is stored, when only the answer got lost', async () => {
    fault = 'stored and refused';
    await expect(rotate()).rejects.toThrow('no more');
    expect(await whoLogsIn('get-order')).toBe(roleOf('get-order'));
    fault = undefined;
  });
});
