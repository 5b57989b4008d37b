/** TLS of a connection, as its string says it; undefined when the string does not say. */
export type Tls = 'verified' | 'unverified' | 'none' | undefined;

const certificates = ['sslrootcert', 'sslcert', 'sslkey'];

/** The parts of a connection string that decide about TLS. */
export interface TlsSource {
  readonly host: string;
  readonly parameters: string;
}

/**
 * Translates the parameters of TLS from libpq's meaning to the one of `pg`, for which `require` verifies and an unknown mode is none.
 *
 * @param refuse - throws the error for a mode that `pg` cannot do
 * @param env - PGSSLMODE and PGSSLROOTCERT count when the string has no `sslmode`
 * @returns the parameters of the connection string
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export function translateTls(
  { host, parameters }: TlsSource,
  refuse: (mistake: string) => never,
  { PGSSLMODE, PGSSLROOTCERT }: Readonly<Record<string, string | undefined>>,
): string {
  const all = new Map(pairsOf(parameters));
  const given = (name: string) => {
    try {
      return decodeURIComponent(all.get(name) ?? '');
    } catch {
      return refuse(`has a % in ${name} that begins no percent-encoding: write % as %25`);
    }
  };
  const set = (mode: string, isOfLibpq = false) => {
    for (const name of ['ssl', 'uselibpqcompat']) all.delete(name);
    all.set('sslmode', mode);
    if (isOfLibpq) all.set('uselibpqcompat', 'true');
    return [...all].map(([name, value]) => `${name}=${value}`).join('&');
  };
  if (PGSSLMODE && !all.has('sslmode') && !all.has('ssl')) {
    all.set('sslmode', encodeURIComponent(PGSSLMODE));
    if (PGSSLROOTCERT && !all.has('sslrootcert')) all.set('sslrootcert', encodeURIComponent(PGSSLROOTCERT));
  }
  const isSystem = given('sslrootcert') === 'system';
  const mode = given('sslmode') || modeOfSsl(given('ssl')) || (isSystem ? 'verify-full' : '');
  if (host.startsWith('/')) {
    // A Unix socket has no TLS in libpq either.
    const named = certificates.filter((name) => all.delete(name));
    return mode || named.length > 0 ? set('disable') : parameters;
  }
  if (isSystem) {
    if (mode !== 'verify-full') refuse('has sslrootcert=system, which wants sslmode=verify-full');
    all.delete('sslrootcert');
  }
  switch (mode) {
    case '':
      if (certificates.some((name) => all.has(name))) {
        refuse('names a certificate without an sslmode. Add sslmode=verify-full');
      }
      return parameters;
    case 'disable':
    case 'no-verify':
    case 'verify-full':
      return set(mode);
    case 'require':
      return set(mode, true);
    case 'verify-ca':
      if (!all.has('sslrootcert')) {
        refuse(
          'has sslmode=verify-ca without sslrootcert: anybody may get a certificate of a public authority. Name the file of the authority, or write sslmode=verify-full',
        );
      }
      return set(mode, true);
    case 'allow':
    case 'prefer':
      return refuse(
        `has sslmode=${mode}, which leaves TLS to the server, and pg cannot try both ways. Write sslmode=verify-full, or sslmode=disable`,
      );
    default:
      return refuse(
        'has an unknown sslmode. Write verify-full, verify-ca, require, no-verify (as require, whatever sslrootcert says) or disable',
      );
  }
}

/** Reads translated parameters. */
export function tlsOf({ parameters }: Pick<TlsSource, 'parameters'>): Tls {
  const all = new Map(pairsOf(parameters));
  const mode = all.get('sslmode');
  if (mode === undefined) return undefined;
  if (mode === 'disable') return 'none';
  // libpq: with a root certificate, "require" verifies as "verify-ca" does.
  return mode.startsWith('verify') || (mode === 'require' && all.has('sslrootcert'))
    ? 'verified'
    : 'unverified';
}

/** The parameter `ssl` of `pg` and of other drivers. */
function modeOfSsl(ssl: string): string {
  if (['true', '1'].includes(ssl)) return 'verify-full';
  return ['false', '0'].includes(ssl) ? 'disable' : ssl;
}

/** Later parameters win, as in libpq. */
function pairsOf(parameters: string): [string, string][] {
  return parameters
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    });
}
