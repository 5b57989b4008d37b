import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { ServiceUnavailable } from '@nanoservices/endpoint';
import { afterEach, expect, it, vi } from 'vitest';
import { read } from './connection.ts';

let server: Server;
/** The first message of each connection. */
const startups: string[] = [];

/** Listens like a pooler that answers every connection with an error. */
async function refuse(code: string, message: string): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      startups.push(`${data}`);
      const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
      const head = Buffer.from('E\0\0\0\0');
      head.writeInt32BE(fields.length + 4, 1);
      socket.end(Buffer.concat([head, fields]));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('DATABASE_URL', `postgresql://one:x@127.0.0.1:${(server.address() as AddressInfo).port}/shop`);
}

afterEach(() => {
  vi.unstubAllEnvs();
  startups.length = 0;
  server.close();
});

const failure = () => read('SELECT 1').catch((error) => error);

it.each([
  ['08P01', 'unsupported startup parameter: statement_timeout'],
  ['08P01', 'no such database: shop'],
  ['0A000', 'RDS Proxy currently does not support command-line options'],
  ['3D000', 'database "shop" does not exist'],
])('a refusal that no retry changes is an error that says what to do: %s %s', async (code, message) => {
  await refuse(code, message);
  const error = await failure();
  expect(error).not.toBeInstanceOf(ServiceUnavailable);
  expect(error.message).toContain(
    `refuses the connection: ${message} (${code}). Correct the connection string.`,
  );
  expect(error.message).toContain('ALTER ROLE');
  expect(error.cause).toMatchObject({ code });
  expect(startups).toHaveLength(1);
});

it.each([
  'query_wait_timeout',
  'server conn crashed?',
  'server login has been failing, try again later (server_login_retry)',
  'no more connections allowed (max_client_conn)',
  'pgbouncer cannot connect to server',
  'client_login_timeout (server down)',
  'SASL authentication failed',
])('trouble behind a pooler is a 503: %s', async (message) => {
  await refuse('08P01', message);
  const error = await failure();
  expect(error).toBeInstanceOf(ServiceUnavailable);
  expect(error.cause).toMatchObject({ code: '08P01' });
});

it('a connection asks for nothing that poolers refuse', async () => {
  await refuse('57P03', 'starting up');
  await failure();
  const [startup = ''] = startups;
  const parameters = startup
    .slice(8)
    .split('\0')
    .filter((_, index) => index % 2 === 0 && index < 10);
  expect(parameters.filter(Boolean)).toEqual(['user', 'database', 'application_name', 'client_encoding']);
});
