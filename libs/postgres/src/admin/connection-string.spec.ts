// The connection strings are examples.
// secretlint-disable @secretlint/secretlint-rule-database-connection-string
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  asRole,
  databaseOf,
  describeConnection,
  inDatabase,
  passwordOf,
  readConnectionString,
} from './connection-string.ts';

beforeEach(() => {
  for (const name of ['PGUSER', 'PGPASSWORD', 'PGHOST', 'PGPORT', 'PGDATABASE', 'PGSSLMODE'])
    vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const read = (text: string) => readConnectionString(text, 'DATABASE_URL');
/** The parts that pg connects with. */
function inPg(text: string) {
  const { user, password, host, port, database } = new pg.Client({ connectionString: text });
  return { user, password, host, port, database };
}
const me = userInfo().username;

describe('a connection string', () => {
  it.each([
    ['postgres://u:p@h/d', 'postgresql://u:p@h:5432/d'],
    ['postgresql://u@h:1/d', 'postgresql://u@h:1/d'],
    [' postgresql://u:p@h/d\n', 'postgresql://u:p@h:5432/d'],
    ['POSTGRES://u:p@h/d', 'postgresql://u:p@h:5432/d'],
    // Without a database: the one that is called like the user.
    ['postgres://u:p@h', 'postgresql://u:p@h:5432/u'],
    ['postgres://u:p@h/', 'postgresql://u:p@h:5432/u'],
    ['postgresql://', `postgresql://${me}@localhost:5432/${me}`],
    ['postgresql:///d', `postgresql://${me}@localhost:5432/d`],
    ['postgresql://:5433/d', `postgresql://${me}@localhost:5433/d`],
    // Unix sockets.
    ['postgresql:///d?host=/run/pg', `postgresql://${me}@%2Frun%2Fpg:5432/d`],
    ['postgres://u:p@/d?host=/run/pg', 'postgresql://u:p@%2Frun%2Fpg:5432/d'],
    // libpq uses no TLS on a socket, whatever the certificate.
    [
      'postgres://u:p@/d?host=/run/pg&sslrootcert=/ca.pem',
      'postgresql://u:p@%2Frun%2Fpg:5432/d?sslmode=disable',
    ],
    ['postgres://u:p@/d?host=%2Frun%2Fpg&port=5433', 'postgresql://u:p@%2Frun%2Fpg:5433/d'],
    ['postgresql://%2Frun%2Fpg/d', `postgresql://${me}@%2Frun%2Fpg:5432/d`],
    ['postgres://u:p@%2frun%2fpg:5433/d', 'postgresql://u:p@%2Frun%2Fpg:5433/d'],
    // IPv6.
    ['postgres://u:p@[::1]:5433/d', 'postgresql://u:p@[::1]:5433/d'],
    ['postgres://u:p@/d?host=::1', 'postgresql://u:p@[::1]:5432/d'],
    // Passwords.
    ['postgres://u:p%40%2F%3A%25%23@h/d', 'postgresql://u:p%40%2F%3A%25%23@h:5432/d'],
    ['postgres://u:a#b:c@h/d', 'postgresql://u:a%23b%3Ac@h:5432/d'],
    ['postgres://u:a@b@h/d', 'postgresql://u:a%40b@h:5432/d'],
    ['postgres://h/d?user=u&password=p%26q', 'postgresql://u:p%26q@h:5432/d'],
    // Parameters stay.
    [
      'postgres://u:p@h/d?sslmode=disable&options=-c%20jit%3Doff%20-c%20timezone%3DUTC&application_name=x',
      'postgresql://u:p@h:5432/d?sslmode=disable&options=-c%20jit%3Doff%20-c%20timezone%3DUTC&application_name=x',
    ],
    ['postgres://u:p@h/?dbname=d', 'postgresql://u:p@h:5432/d'],
    ['postgres://u:p@h/my%40shop?user=u%40h', 'postgresql://u%40h:p@h:5432/my@shop'],
    ['postgres://u:p@h/my%20shop', 'postgresql://u:p@h:5432/my%20shop'],
    // Pairs.
    ['host=h port=5433 dbname=d user=u password=p', 'postgresql://u:p@h:5433/d'],
    [
      `host = /run/pg dbname='my shop' user=u password='it\\'s' sslmode=disable`,
      "postgresql://u:it's@%2Frun%2Fpg:5432/my%20shop?sslmode=disable",
    ],
    ['dbname=d', `postgresql://${me}@localhost:5432/d`],
    // TLS, with the meaning of libpq. Without uselibpqcompat, pg takes require for verify-full.
    ['postgres://u:p@h/d?sslmode=require', 'postgresql://u:p@h:5432/d?sslmode=require&uselibpqcompat=true'],
    [
      'postgres://u:p@h/d?sslmode=verify-ca&sslrootcert=%2Fca.pem',
      'postgresql://u:p@h:5432/d?sslmode=verify-ca&sslrootcert=%2Fca.pem&uselibpqcompat=true',
    ],
    ['postgres://u:p@h/d?sslmode=verify-full', 'postgresql://u:p@h:5432/d?sslmode=verify-full'],
    ['postgres://u:p@h/d?sslmode=no-verify', 'postgresql://u:p@h:5432/d?sslmode=no-verify'],
    [
      'postgres://u:p@h/d?sslmode=disable&sslmode=verify-full',
      'postgresql://u:p@h:5432/d?sslmode=verify-full',
    ],
    ['postgres://u:p@h/d?sslrootcert=system', 'postgresql://u:p@h:5432/d?sslmode=verify-full'],
    ['postgres://u:p@h/d?ssl=true', 'postgresql://u:p@h:5432/d?sslmode=verify-full'],
    ['postgres://u:p@h/d?ssl=0', 'postgresql://u:p@h:5432/d?sslmode=disable'],
    [
      'host=h dbname=d user=u password=p sslmode=verify-full sslrootcert=/my/ca.pem',
      'postgresql://u:p@h:5432/d?sslmode=verify-full&sslrootcert=%2Fmy%2Fca.pem',
    ],
    // A Unix socket has no TLS.
    [
      'postgres://u:p@/d?host=/run/pg&sslmode=verify-full&sslrootcert=/ca.pem',
      'postgresql://u:p@%2Frun%2Fpg:5432/d?sslmode=disable',
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(read(expected)).toBe(expected);
    expect(() => new URL(expected)).not.toThrow();
  });

  it('is completed from the variables of libpq', () => {
    vi.stubEnv('PGUSER', 'ida');
    vi.stubEnv('PGHOST', '/run/pg');
    vi.stubEnv('PGPORT', '5433');
    vi.stubEnv('PGPASSWORD', 'p');
    expect(read('postgresql://')).toBe('postgresql://ida:p@%2Frun%2Fpg:5433/ida');
    vi.stubEnv('PGSSLMODE', 'require');
    expect(read('postgresql://')).toBe('postgresql://ida:p@%2Frun%2Fpg:5433/ida?sslmode=disable');
    expect(read('postgresql://h/d')).toBe('postgresql://ida:p@h:5433/d?sslmode=require&uselibpqcompat=true');
    expect(read('postgresql://h/d?ssl=0')).toBe('postgresql://ida:p@h:5433/d?sslmode=disable');
    vi.stubEnv('PGSSLMODE', undefined);
    vi.stubEnv('PGDATABASE', 'shop');
    expect(read('postgresql://jon@h')).toBe('postgresql://jon:p@h:5433/shop');
    expect(readConnectionString('postgresql://jon@h', 'it', {})).toBe('postgresql://jon@h:5432/jon');
    expect(passwordOf(asRole('postgresql://jon@h', 'ida', ''))).toBe('');
  });

  it.each([
    ['', /^DATABASE_URL is empty\. .*postgresql:\/\/user:password@localhost/],
    ['localhost:5432/db', /^DATABASE_URL does not begin with postgresql:\/\//],
    ['localhost', /does not begin with/],
    ['/run/pg db', /does not begin with/],
    ['mysql://u:p@h/d', /does not begin with/],
    ['postgres:u:p@h/d', /does not begin with/],
    ['postgres://u:p@h:port/d', /port that is no number/],
    ['postgres://u:p@h:0/d', /port that is no number/],
    ['postgres://u:p@h:65536/d', /port that is no number/],
    ['postgres://u:secr/et@h/d', /has an @ after the host.*write \/ as %2F/],
    ['postgres://u:secr?et@h/d', /has an @ after the host/],
    ['postgres://u:1234/secr@h/d', /has an @ after the host.*write \/ as %2F/],
    ['postgres://u:1234?secr@h/d', /has an @ after the host/],
    ['postgres://u:a@b/secr@h/d', /has an @ after the host/],
    ['postgres://u/secr@h/d', /has an @ after the host/],
    ['postgres://u:100%@h/d', /write % as %25/],
    ['postgres://u:p@a:1,b:2/d', /several hosts|port/],
    ['postgres://u:p@a,b/d', /several hosts/],
    ['postgres://u:p@a b/d', /has no valid host/],
    ['postgres://u:p@h/d?sslmode=prefer', /sslmode=prefer, which leaves TLS to the server/],
    ['postgres://u:p@h/d?sslmode=allow', /sslmode=allow, which leaves TLS to the server/],
    ['postgres://u:p@h/d?sslmode=verify_full', /unknown sslmode/],
    ['postgres://u:p@h/d?sslmode=%', /% in sslmode/],
    ['postgres://u:p@h/d?ssl=yes', /unknown sslmode/],
    ['postgres://u:p@h/d?sslmode=verify-ca', /verify-ca without sslrootcert/],
    ['postgres://u:p@h/d?sslrootcert=/ca.pem', /certificate without an sslmode/],
    ['postgres://u:p@h/d?sslrootcert=system&sslmode=require', /wants sslmode=verify-full/],
    ['host=h dbname', /keyword=value/],
    ["host='h", /keyword=value/],
  ])('%s is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('never shows a password in an error', () => {
    for (const text of [
      'postgres://u:secr/et@h/d',
      'postgres://u:1234/secret@h/d',
      'u:secret@h/d',
      'password=secret oops',
      'postgres://u:secret%@h',
    ]) {
      expect(() => read(text)).toThrow(/^(?!.*secr)/s);
    }
  });

  it('means the same to pg, whatever its parts are', () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.isWellFormed());
    const host = fc.constantFrom(
      'localhost',
      '10.0.0.1',
      '::1',
      'fe80::1',
      '/run/postgresql',
      '/tmp/a b',
      'db.example.com',
    );
    // pg's decodeURI does not give these back.
    const name = word.filter(
      (text) =>
        !/[?#\0]/.test(text) &&
        !text.startsWith('/') &&
        !/^\.{1,2}($|\/)|\/\.{1,2}($|\/)|[\t\n\r\\]/.test(text),
    );
    fc.assert(
      fc.property(
        word,
        word,
        host,
        fc.integer({ min: 1, max: 65_535 }),
        name,
        (user, password, at, port, database) => {
          const encode = encodeURIComponent;
          const text = `postgres://${encode(user)}:${encode(password)}@/${encode(database)}?host=${encode(at)}&port=${port}`;
          expect(inPg(read(text))).toEqual({ user, password, host: at, port, database });
          expect(inPg(asRole(read(text), password, user))).toEqual({
            user: password,
            password: user,
            host: at,
            port,
            database,
          });
          expect(inPg(inDatabase(read(text), 'other')).database).toBe('other');
          expect([databaseOf(read(text)), passwordOf(read(text))]).toEqual([database, password]);
        },
      ),
    );
  });

  it('is told without user and password', () => {
    expect(describeConnection('postgres://ida:secret@[::1]/shop')).toBe('[::1]:5432/shop');
    expect(describeConnection('postgres://ida:secret@/shop?host=/run/pg')).toBe(
      '/run/pg, port 5432, database shop',
    );
  });
});

describe('a Unix socket', () => {
  let folder: string;
  let server: Server;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'socket '));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5433'), resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('is what the role of a function connects to', async () => {
    const startup = new Promise<string>((resolve) => {
      server.once('connection', (socket) => {
        socket.once('data', (data) => {
          resolve(data.toString('latin1'));
          socket.destroy();
        });
      });
    });
    const owner = read(`postgres://owner:secret@/shop?host=${folder}&port=5433`);
    const client = new pg.Client({ connectionString: asRole(owner, 'local-get-order', 'x') });
    client.on('error', () => {});
    await expect(client.connect()).rejects.toThrow();
    expect(await startup).toMatch(/user\0local-get-order\0database\0shop\0/);
  });
});
