import type pg from 'pg';
import { connect } from './connect.ts';
import { addressOf, partsOf } from './connection-string.ts';

/**
 * Tries a connection string.
 *
 * @param source - the name of what holds it: `DATABASE_URL`
 * @returns why it cannot be used, see {@link explainConnectionFailure}; undefined when it works
 */
export async function tryConnection(connectionString: string, source: string): Promise<string | undefined> {
  try {
    const client = await connect(connectionString);
    await client.end().catch(() => {});
    return undefined;
  } catch (error) {
    const explained = explainConnectionFailure(error, connectionString, source);
    return explained ?? `${source} cannot be used: ${(error as Error).message}.`;
  }
}

/** The parts of a connection string that a person may see. */
interface Target {
  readonly user: string;
  readonly host: string;
  /** Host and port. */
  readonly address: string;
  readonly database: string;
}

/**
 * Explains in a sentence why a database cannot be used: the setting, its host or user, and what to do. It never has the
 * password.
 *
 * @param error - of the connection; the cause of another error, too
 * @param source - the name of what holds the connection string: `DATABASE_URL`
 * @returns undefined for an error that is not about the connection
 */
export function explainConnectionFailure(
  error: unknown,
  connectionString: string,
  source: string,
): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code = '', message } = (
      one instanceof AggregateError ? (one.errors[0] ?? one) : one
    ) as pg.DatabaseError;
    for (const [pattern, explain] of reasons) {
      // Only a missing socket is about the connection, not any missing file.
      if (!pattern.test(code === 'ENOENT' ? message : code || message)) continue;
      return `${source}: ${explain(targetOf(connectionString), message)}`;
    }
  }
  return undefined;
}

type Explain = (target: Target, message: string) => string;

/** Reasons by the SQLSTATE or Node's code of an error, or by its message: some errors of `pg` have no code. */
const reasons: readonly (readonly [RegExp, Explain])[] = [
  [
    // Poolers also report load and trouble of their servers by this code.
    /^08P01$/,
    ({ address }, message) =>
      `${address} refuses the connection: ${message}. A pooler takes no timeouts and options from a connection string: remove them, or connect to PostgreSQL itself.`,
  ],
  [
    /^ECONNREFUSED$/,
    ({ address }) => `nothing listens at ${address}. Start PostgreSQL there, or correct host and port.`,
  ],
  [
    /^connect ENOENT/,
    ({ address }) =>
      `there is no socket of PostgreSQL at ${address}. Start PostgreSQL, or correct the folder and the port.`,
  ],
  [
    /^(?:ENOTFOUND|EAI_AGAIN)$/,
    ({ host }) =>
      `the host "${host}" is not found. Correct its name, or connect to the network that knows it.`,
  ],
  [
    /^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timeout expired.*|Connection terminated due to connection timeout.*)$/,
    ({ address }) =>
      `${address} does not answer. Correct host and port, or let this machine in: firewall, VPN, security group.`,
  ],
  [
    /^(?:ECONNRESET|EPIPE|Connection terminated unexpectedly.*)$/,
    ({ address }) =>
      `${address} closes the connection. Correct the port: it may not be the one of a PostgreSQL.`,
  ],
  [
    /^28P01$/,
    ({ user, address }) =>
      `the password of the user "${user}" is refused by ${address}. Correct user and password.`,
  ],
  [
    /^(?:SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be|Password must be a string)/,
    ({ user, address }) => `${address} wants a password of the user "${user}", and there is none. Add it.`,
  ],
  [
    /^28...$/,
    ({ user, address }, message) =>
      /no encryption/.test(message)
        ? `${address} refuses the user "${user}" without TLS. Add ?sslmode=verify-full.`
        : `${address} refuses the user "${user}": ${message}. Correct the user, or let it in (pg_hba.conf).`,
  ],
  [
    /^3D000$/,
    ({ database, address }) =>
      `there is no database "${database}" at ${address}. Create it, or correct its name.`,
  ],
  [
    /^53300$/,
    ({ address }, message) =>
      `${address} takes no more connections: ${message}. End some, or raise its limit.`,
  ],
  [/^57P03$/, ({ address }, message) => `${address} is not ready: ${message}. Try again.`],
  [
    /^The server does not support SSL connections|^There was an error establishing an SSL connection/,
    ({ address }) => `${address} refuses TLS. Turn it on there, or write sslmode=disable.`,
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    ({ address }, message) =>
      `${address} has the certificate of another host: ${message}. Use that name. At the end of a tunnel, write sslmode=verify-ca and name the authority in sslrootcert.`,
  ],
  [
    /CERT|UNABLE_TO_(?:GET|VERIFY)|^ERR_(?:SSL|TLS)|^EPROTO$/,
    ({ address }, message) =>
      `the TLS certificate of ${address} is refused: ${message}. Name the file of its authority in sslrootcert, or in NODE_EXTRA_CA_CERTS before this program starts.`,
  ],
  [
    /^(?:ERR_INVALID_URL|Invalid URL|URI malformed)$/,
    () =>
      'it is no connection string. Write postgres://user:password@host:5432/database, with special characters of the password percent-encoded.',
  ],
];

function targetOf(connectionString: string): Target {
  try {
    const parts = partsOf(connectionString);
    return { ...parts, address: addressOf(parts) };
  } catch {
    return { user: '', host: '', address: 'the server', database: '' };
  }
}
