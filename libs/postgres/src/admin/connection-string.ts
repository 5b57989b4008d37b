import { userInfo } from 'node:os';
import { DatabaseMistake } from './database-mistake.ts';
import { type Tls, tlsOf, translateTls } from './tls.ts';

const example = 'postgresql://user:password@localhost:5432/database';

/** The parts of a connection string, decoded. */
export interface Connection {
  readonly user: string;
  readonly password: string;
  /** Name or address without brackets, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: string;
  readonly database: string;
  /** Further parameters, as `sslmode=require&options=-c%20jit%3Doff`. */
  readonly parameters: string;
}

/**
 * Reads a connection string in any form of libpq, and writes it in the one form that `pg`, WHATWG's URL and libpq understand
 * alike: `postgresql://user:password@host:port/database?parameters`, complete and percent-encoded, with the folder of a
 * Unix socket as the host (`%2Frun%2Fpostgresql`). Omitted parts come from PGUSER, PGPASSWORD, PGHOST, PGPORT, PGDATABASE,
 * PGSSLMODE and PGSSLROOTCERT, then from the defaults of `pg`: the account's name, localhost, 5432, the user's name, no TLS.
 *
 * @param text - a URI or `keyword=value` pairs
 * @param source - its name in messages, as `DATABASE_URL`
 * @param env - the variables of libpq. Default: `process.env`
 * @throws DatabaseMistake that names the source and the mistake, and quotes nothing that may be a password
 * @see https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
export function readConnectionString(
  text: string,
  source: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const refuse = (mistake: string): never => {
    throw new DatabaseMistake(`${source} ${mistake}. It is a connection string, as in ${example}.`);
  };
  const trimmed = text.trim();
  if (trimmed === '') refuse('is empty');
  const given = /^postgres(?:ql)?:\/\//i.test(trimmed)
    ? readUri(trimmed, refuse)
    : /^\w+\s*=/.test(trimmed)
      ? readPairs(trimmed, refuse)
      : refuse('does not begin with postgresql://');
  const connection = complete(given, env);
  if (connection.host.includes(',') || connection.port.includes(',')) {
    refuse('names several hosts, which pg cannot use');
  }
  if (
    !(/^\d{1,5}$/.test(connection.port) && Number(connection.port) >= 1 && Number(connection.port) <= 65_535)
  ) {
    refuse(`has a port that is no number from 1 to 65535. ${escapes}`);
  }
  if (/[\s"<>\\^`{|}]/.test(connection.host) && !connection.host.startsWith('/')) refuse('has no valid host');
  return write({ ...connection, parameters: translateTls(connection, refuse, env) });
}

/** @returns the same connection as another role */
export function asRole(connectionString: string, role: string, password: string): string {
  return write({ ...partsOf(connectionString), user: role, password });
}

/** @returns the same connection to another database */
export function inDatabase(connectionString: string, database: string): string {
  return write({ ...partsOf(connectionString), database });
}

/** @returns the name of the database */
export function databaseOf(connectionString: string): string {
  return partsOf(connectionString).database;
}

/** @returns the password; empty when there is none */
export function passwordOf(connectionString: string): string {
  return partsOf(connectionString).password;
}

/** The server and its protection, as a connection string says them. */
export interface ServerAddress {
  /** Name or address without brackets, or the folder of a Unix socket. */
  readonly host: string;
  readonly tls: Tls;
  /** The parameter `sslmode`. */
  readonly mode: string | undefined;
  /** The file of the authorities that the server's certificate may have; undefined for the public ones. */
  readonly rootCertificate: string | undefined;
}

/** @returns the server that a connection string names */
export function serverOf(connectionString: string): ServerAddress {
  const { host, parameters } = partsOf(connectionString);
  const all = new URLSearchParams(parameters);
  return {
    host,
    tls: tlsOf({ parameters }),
    mode: all.get('sslmode') ?? undefined,
    rootCertificate: all.get('sslrootcert') ?? undefined,
  };
}

/** @returns host, port and database for a person, without user and password */
export function describeConnection(connectionString: string): string {
  const { host, port, database } = partsOf(connectionString);
  if (host.startsWith('/')) return `${host}, port ${port}, database ${database}`;
  return `${addressOf({ host, port })}/${database}`;
}

/** @returns host and port for a person */
export function addressOf({ host, port }: Pick<Connection, 'host' | 'port'>): string {
  return `${bracketed(host)}:${port}`;
}

/**
 * Takes a connection string apart.
 *
 * @throws DatabaseMistake when it is none
 */
export function partsOf(connectionString: string): Connection {
  const source = 'The connection string';
  const read = readUri(readConnectionString(connectionString, source, {}), (mistake) => {
    throw new DatabaseMistake(`${source} ${mistake}.`);
  });
  return complete(read, {});
}

type Refuse = (mistake: string) => never;

const escapes = 'In a user name or password, write / as %2F, ? as %3F, : as %3A and % as %25';

const uri = /^\w+:\/\/(?:([^/?]*)@)?(\[[^\]]*\]|[^:/?]*)(?::([^/?]*))?(?:\/([^?]*))?(?:\?(.*))?$/s;

function readUri(text: string, refuse: Refuse): Partial<Connection> {
  const [, login, host = '', port, database = '', query = ''] = uri.exec(text) ?? refuse('is no URI');
  // The end of a login whose password has a bare "/" or "?": a part of the password would be a name. In a complete URI, as write()
  // makes it, it belongs to the name.
  if ((login === undefined || port === undefined) && (database.includes('@') || /^[^=&]*@/.test(query))) {
    refuse(`has an @ after the host, which is written as %40 there. ${escapes}`);
  }
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return refuse('has a % that begins no percent-encoding: write % as %25');
    }
  };
  const [user = '', ...password] = (login ?? '').split(':');
  const fields: Record<string, string> = {
    user: decode(user),
    password: decode(password.join(':')),
    host: decode(host.replace(/^\[(.*)\]$/, '$1')),
    port: decode(port ?? ''),
    dbname: decode(database),
  };
  const others: string[] = [];
  for (const pair of query.split('&').filter(Boolean)) {
    const [key = '', ...value] = pair.split('=');
    // A parameter wins over the part before it, as in libpq.
    if (key in fields) fields[key] = decode(value.join('='));
    else others.push(pair);
  }
  return { ...connectionOf(fields), parameters: others.join('&') };
}

const pairs = /\s*(\w+)\s*=\s*(?:'((?:\\.|[^'\\])*)'|((?:\\.|[^\s'\\])*))(?=\s|$)/gsy;

function readPairs(text: string, refuse: Refuse): Partial<Connection> {
  const fields: Record<string, string> = {};
  const others: string[] = [];
  let end = 0;
  for (const [all, key = '', quoted, plain = ''] of text.matchAll(pairs)) {
    end += all.length;
    const value = (quoted ?? plain).replace(/\\(.)/gs, '$1');
    if (['user', 'password', 'host', 'port', 'dbname'].includes(key)) fields[key] = value;
    else others.push(`${key}=${encodeURIComponent(value)}`);
  }
  if (text.slice(end).trim() !== '') refuse('is no list of keyword=value pairs');
  return { ...connectionOf(fields), parameters: others.join('&') };
}

function connectionOf({ dbname, ...fields }: Record<string, string>): Partial<Connection> {
  return { ...fields, ...(dbname !== undefined && { database: dbname }) };
}

function complete(
  { user, password, host, port, database, parameters = '' }: Partial<Connection>,
  { PGUSER, PGPASSWORD, PGHOST, PGPORT, PGDATABASE }: Readonly<Record<string, string | undefined>>,
): Connection {
  const account = user || PGUSER || userInfo().username;
  return {
    user: account,
    password: password || PGPASSWORD || '',
    host: host || PGHOST || 'localhost',
    port: port || PGPORT || '5432',
    database: database || PGDATABASE || account,
    parameters,
  };
}

function write({ user, password, host, port, database, parameters }: Connection): string {
  const login = `${encodeURIComponent(user)}${password && `:${encodeURIComponent(password)}`}`;
  const address = host.startsWith('/') ? encodeURIComponent(host) : bracketed(host);
  // pg decodes the name of the database with decodeURI, which leaves %2F and the like as they are.
  const path = encodeURI(database).replace(/[?#]/g, encodeURIComponent);
  return `postgresql://${login}@${address}:${port}/${path}${parameters && `?${parameters}`}`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
