/** `nx run lab:tls`: connection strings, and functions, with a PostgreSQL that has a certificate of an unknown authority. */
import { execFile } from 'node:child_process';
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { acquireDatabase } from '@nanoservices/database';
import { readLayout } from '@nanoservices/model';
import { connect, readConnectionString, tryConnection } from '@nanoservices/postgres/admin';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { administer } from '../testbed/administer.ts';
import { Authority } from '../testbed/certificates.ts';
import { repositoryRoot } from '../testbed/repository.ts';
import { TcpProxy } from '../testbed/tcp-proxy.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
const authority = new Authority();
const stranger = new Authority();
/** A server for this proof alone: its settings change. */
let workspace: WorkspaceFixture;
let lease: Awaited<ReturnType<typeof acquireDatabase>>;
/** The same server at `[::1]`. */
let overIpv6: TcpProxy;

beforeAll(async () => {
  workspace = new WorkspaceFixture();
  lease = await acquireDatabase(readLayout(workspace.root), {});
  await present(['DNS:localhost', 'IP:127.0.0.1', 'IP:::1']);
  await administer(
    lease.url,
    'ALTER SYSTEM SET ssl = on',
    `CREATE ROLE careful LOGIN PASSWORD '${password}'`,
    'SELECT pg_reload_conf()',
  );
  overIpv6 = new TcpProxy(lease.url);
  if (hasIpv6) await overIpv6.start('::1');
  await vi.waitUntil(async () => (await outcome(urlOf({ sslmode: 'no-verify' }))) === 'encrypted', waiting);
});

afterAll(async () => {
  overIpv6.close();
  await lease.release();
  await workspace.delete();
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});

const password = 'a/b:c@d%e?f#g h&i=j';
/** The server rereads its files after it has said so. */
const waiting = { timeout: 30_000 };

/** Gives the server a certificate, and lets the role in by TLS only, as Amazon RDS does. */
async function present(names: Parameters<Authority['issue']>[0]): Promise<void> {
  const { rows } = await administer(lease.url, 'SHOW data_directory');
  const folder: string = rows[0].data_directory;
  const { uid, gid } = statSync(folder);
  const { certificate, key } = authority.issue(names);
  for (const [file, text] of Object.entries({ 'server.crt': certificate, 'server.key': key })) {
    writeFileSync(join(folder, file), text);
    chownSync(join(folder, file), uid, gid);
    chmodSync(join(folder, file), 0o600);
  }
  writeFileSync(
    join(folder, 'pg_hba.conf'),
    'hostssl all careful all scram-sha-256\nhost all postgres all scram-sha-256\n',
  );
  await administer(lease.url, 'SELECT pg_reload_conf()');
}

function urlOf(
  parameters: Record<string, string>,
  host = 'localhost',
  port = new URL(lease.url).port,
): string {
  const query = new URLSearchParams(parameters);
  return readConnectionString(
    `postgres://careful:${encodeURIComponent(password)}@${host}:${port}/postgres?${query}`,
    'DATABASE_URL',
  );
}

/** @returns how a connection fails, or if it is encrypted */
async function outcome(url: string): Promise<string> {
  const failure = await tryConnection(url, 'DATABASE_URL');
  if (failure) return failure;
  const client = await connect(url);
  const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  await client.end();
  return rows[0].ssl ? 'encrypted' : 'in the clear';
}

const trusted = () => ({ sslrootcert: authority.file });
const foreign = () => ({ sslrootcert: stranger.file });
const unknown = /the TLS certificate of .* is refused: .*NODE_EXTRA_CA_CERTS/;

it.each<[string, Record<string, string>, () => object, RegExp]>([
  ['verify-full, with the authority', { sslmode: 'verify-full' }, trusted, /^encrypted$/],
  ['verify-full, with another authority', { sslmode: 'verify-full' }, foreign, unknown],
  ['verify-full, with the public authorities', { sslmode: 'verify-full' }, () => ({}), unknown],
  [
    'verify-full, with those of the system',
    { sslmode: 'verify-full', sslrootcert: 'system' },
    () => ({}),
    unknown,
  ],
  ['verify-ca, with the authority', { sslmode: 'verify-ca' }, trusted, /^encrypted$/],
  ['verify-ca, with another authority', { sslmode: 'verify-ca' }, foreign, unknown],
  ['require, which does not verify', { sslmode: 'require' }, () => ({}), /^encrypted$/],
  ['require with an authority, which verifies', { sslmode: 'require' }, foreign, unknown],
  ['no-verify', { sslmode: 'no-verify' }, () => ({}), /^encrypted$/],
  [
    'disable, which the server refuses',
    { sslmode: 'disable' },
    () => ({}),
    /without TLS. Add \?sslmode=verify-full/,
  ],
  [
    'a file that is not there',
    { sslmode: 'verify-full', sslrootcert: '/none.pem' },
    () => ({}),
    /sslrootcert.*none\.pem/,
  ],
])('%s', async (_, parameters, authorities, expected) => {
  expect(await outcome(urlOf({ ...parameters, ...authorities() }))).toMatch(expected);
});

it('verifies an IPv4 address', async () => {
  expect(await outcome(urlOf({ sslmode: 'verify-full', ...trusted() }, '127.0.0.1'))).toBe('encrypted');
});

it.runIf(hasIpv6)('verifies an IPv6 address', async () => {
  const { port } = new URL(overIpv6.url);
  expect(await outcome(urlOf({ sslmode: 'verify-full', ...trusted() }, '[::1]', port))).toBe('encrypted');
});

it('lets a function trust the authority of NODE_EXTRA_CA_CERTS, as on Lambda', async () => {
  const program = `import { read } from '@nanoservices/postgres';
    console.log(JSON.stringify(await read('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')));`;
  const run = (variables: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: repositoryRoot,
      env: { ...process.env, DATABASE_URL: urlOf({ sslmode: 'verify-full' }), ...variables },
    });
  await expect(run({})).rejects.toThrow(/SELF_SIGNED_CERT_IN_CHAIN|unable to (?:get|verify)/i);
  expect((await run({ NODE_EXTRA_CA_CERTS: authority.file })).stdout.trim()).toBe('[{"ssl":true}]');
});

it('verifies the host by verify-full, and only the authority by verify-ca, as at the end of a tunnel', async () => {
  await present(['DNS:db.internal']);
  const strict = urlOf({ sslmode: 'verify-full', ...trusted() });
  await vi.waitUntil(async () => (await outcome(strict)) !== 'encrypted', waiting);
  expect(await outcome(strict)).toMatch(
    /has the certificate of another host: .*localhost.* sslmode=verify-ca/,
  );
  expect(await outcome(urlOf({ sslmode: 'verify-ca', ...trusted() }))).toBe('encrypted');
});
