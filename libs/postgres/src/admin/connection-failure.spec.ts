import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainConnectionFailure, tryConnection } from './connection-failure.ts';

const works = process.env.DATABASE_URL as string;
const secret = 's3cret/?pass';

/** @returns the connection string of the tests with other parts */
function but(change: (url: URL) => void): string {
  const url = new URL(works);
  change(url);
  return url.href;
}

const role = `limited_${process.pid}`;
const owner = new pg.Client({ connectionString: works });
beforeAll(async () => {
  await owner.connect();
  await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD '${secret}' CONNECTION LIMIT 0`);
});
afterAll(async () => {
  await owner.query(`DROP ROLE ${role}`);
  await owner.end();
});

const address = new URL(works).host;

describe('tryConnection()', () => {
  it('is silent when the database can be used', async () => {
    expect(await tryConnection(works, 'DATABASE_URL')).toBeUndefined();
  });

  it.each<[string, string, string]>([
    [
      'a wrong password',
      but((url) => {
        url.password = secret;
      }),
      `the password of the user "postgres" is refused by ${address}. Correct user and password.`,
    ],
    [
      'no password',
      but((url) => {
        url.password = '';
      }),
      `${address} wants a password of the user "postgres", and there is none. Add it.`,
    ],
    [
      'a database that does not exist',
      but((url) => {
        url.pathname = '/no_such_database';
      }),
      `there is no database "no_such_database" at ${address}. Create it, or correct its name.`,
    ],
    [
      'too many connections',
      but((url) => {
        url.username = role;
        url.password = secret;
      }),
      `${address} takes no more connections: too many connections for role "${role}". End some, or raise its limit.`,
    ],
    [
      'a server without TLS',
      but((url) => {
        url.searchParams.set('sslmode', 'require');
      }),
      `${address} refuses TLS. Turn it on there, or write sslmode=disable.`,
    ],
    [
      'a port where nothing listens',
      `postgres://app:${encodeURIComponent(secret)}@127.0.0.1:1/shop`,
      'nothing listens at 127.0.0.1:1. Start PostgreSQL there, or correct host and port.',
    ],
    [
      'a folder without a socket',
      `postgres://app:${encodeURIComponent(secret)}@%2Fnowhere:5433/shop`,
      'there is no socket of PostgreSQL at /nowhere:5433. Start PostgreSQL, or correct the folder and the port.',
    ],
    [
      'a host that does not exist',
      `postgres://app:${encodeURIComponent(secret)}@no-such-host.invalid/shop`,
      'the host "no-such-host.invalid" is not found. Correct its name, or connect to the network that knows it.',
    ],
    [
      'no connection string',
      `postgres://app:${secret}@:port:/shop`,
      'it is no connection string. Write postgres://user:password@host:5432/database, with special characters of the password percent-encoded.',
    ],
  ])('explains %s in a line', async (_, connectionString, reason) => {
    expect(await tryConnection(connectionString, 'DATABASE_URL')).toBe(`DATABASE_URL: ${reason}`);
  });

  it('explains a server that is no PostgreSQL', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(
      await tryConnection(`postgres://app:${secret}@127.0.0.1:${port}/shop`.replace('/?', ''), 'IT'),
    ).toBe(
      `IT: 127.0.0.1:${port} closes the connection. Correct the port: it may not be the one of a PostgreSQL.`,
    );
    server.close();
  });
});

describe('explainConnectionFailure()', () => {
  const of = (error: unknown) =>
    explainConnectionFailure(error, 'postgres://app:pw@db:5432/shop', 'DATABASE_URL');
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  it('finds the reason in a cause and in an AggregateError', () => {
    const expected =
      'DATABASE_URL: nothing listens at db:5432. Start PostgreSQL there, or correct host and port.';
    expect(of(new Error('outer', { cause: new AggregateError([refused, refused]) }))).toBe(expected);
  });

  it.each([
    [
      '28000',
      'no pg_hba.conf entry for host "1", user "app", no encryption',
      /refuses the user "app" without TLS/,
    ],
    ['28000', 'role "app" is not permitted to log in', /refuses the user "app": role "app" is not permitted/],
    ['57P03', 'the database system is starting up', /is not ready: the database system is starting up/],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'self-signed certificate in certificate chain',
      /certificate of db:5432 is refused/,
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'altnames',
      /db:5432 has the certificate of another host: altnames.*verify-ca/,
    ],
    ['ETIMEDOUT', 'connect ETIMEDOUT', /db:5432 does not answer/],
  ])('knows %s: %s', (code, message, expected) => {
    expect(of(Object.assign(new Error(message), { code }))).toMatch(expected);
  });

  it.each([new Error('a bug'), Object.assign(new Error('no table'), { code: '42P01' }), 'text', undefined])(
    'leaves %s alone',
    (error) => {
      expect(of(error)).toBeUndefined();
    },
  );
});
