import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { changePassword } from './admin/change-password.ts';
import { asRole } from './admin/connection-string.ts';
import { dropRoles } from './admin/roles.ts';
import { read } from './connection.ts';

const ownerUrl = process.env.DATABASE_URL as string;
const role = `rotated_${process.pid}`;
const owner = new pg.Client({ connectionString: ownerUrl });
const passwordAt = (turn: number) => `password-${turn}`;

let stored = '';
/** A stand-in for AWS Systems Manager, on a real socket. */
const ssm = createServer((_, response) => {
  response.end(JSON.stringify({ Parameter: { Value: stored } }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${(ssm.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('DATABASE_URL', undefined);
  await owner.connect();
  await owner.query(`CREATE ROLE ${role} LOGIN`);
  await rotate(0);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  ssm.closeAllConnections();
  ssm.close();
  await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
  await owner.end();
  await dropRoles(ownerUrl, [role]);
});

function rotate(turn: number): Promise<void> {
  return changePassword(ownerUrl, role, passwordAt(turn), async () => {
    stored = asRole(ownerUrl, role, passwordAt(turn));
    // The reply of Systems Manager: until it is here, the server has the password before.
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

/** A request of an environment, which a parameter of its own stands for. */
async function request(environment: string): Promise<string> {
  vi.stubEnv('DATABASE_URL_PARAMETER', environment);
  const [row] = await read<{ name: string }>('SELECT current_user AS name');
  return row?.name ?? '';
}

it('a password that changes fails no request, of an environment that begins and of one whose connection has ended', async () => {
  const rotations = 12;
  let isRotating = true;
  const answers: string[] = [];
  const ask = async () => {
    for (let turn = 0; isRotating; turn++) {
      answers.push(await request(`/new/${turn}`));
      await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [role]);
      answers.push(await request('/old'));
    }
  };
  const asking = ask();
  for (let turn = 1; turn <= rotations; turn++) {
    const before = answers.length;
    await rotate(turn);
    // The requests go on between two changes.
    await vi.waitUntil(() => answers.length > before + 2, { timeout: 60_000, interval: 1 });
  }
  isRotating = false;
  await asking;
  expect(new Set(answers)).toEqual(new Set([role]));
});

it('a password that cannot be stored is not changed', async () => {
  const before = stored;
  await expect(
    changePassword(ownerUrl, role, 'lost', () => Promise.reject(new Error('throttled'))),
  ).rejects.toThrow('throttled');
  const client = new pg.Client({ connectionString: before });
  await client.connect();
  await client.end();
});
