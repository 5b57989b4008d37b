import { UsageError } from '@nanoservices/model';
import { serverOf } from '@nanoservices/postgres/admin';

/** Folders of Lambda with files that a function may read: its own, those of the runtime, and those of layers. */
const foldersOfFunctions = /^\/(?:var\/(?:task|runtime)|opt)\//;

/**
 * Checks the address of a stage's database, as functions use it.
 *
 * @param source - its name in messages
 * @throws UsageError when it leaves TLS open, or functions cannot use it
 */
export function checkFunctionsAddress(connectionString: string, source: string): void {
  const server = serverOf(connectionString);
  const { host, rootCertificate } = server;
  if (host.startsWith('/')) {
    throw new UsageError(
      `${source} names the Unix socket ${host}, which functions cannot reach. Name a host.`,
    );
  }
  checkTls(server, source);
  if (rootCertificate !== undefined && !foldersOfFunctions.test(rootCertificate)) {
    throw new UsageError(
      `${source} names the certificate ${rootCertificate}, a file that functions do not have. Leave sslrootcert out: functions trust the public authorities and the ones of Amazon RDS. To use another authority, ship its file with the functions ("lambda": { "files" } in package.json) and name it as /var/task/<file>.`,
    );
  }
}

/**
 * Checks the address of a stage's database, as this machine uses it: nobody listens on the way to its own sockets.
 *
 * @throws UsageError when it leaves TLS open
 */
export function checkAddressFromHere(connectionString: string, source: string): void {
  const server = serverOf(connectionString);
  const isHere = server.host.startsWith('/') || /^(?:localhost|127\.[\d.]+|::1)$/i.test(server.host);
  if (!isHere) checkTls(server, source);
}

function checkTls({ tls, mode }: ReturnType<typeof serverOf>, source: string): void {
  if (tls === undefined) {
    throw new UsageError(
      `${source} has no sslmode, so data and passwords would cross the network in the clear. Add ?sslmode=verify-full to it. If that is meant, say so: ?sslmode=disable.`,
    );
  }
  if (mode === 'require' && tls === 'unverified') {
    throw new UsageError(
      `${source} has sslmode=require, which does not verify who answers. Write sslmode=verify-full. If that is meant, say so: sslmode=no-verify.`,
    );
  }
}
