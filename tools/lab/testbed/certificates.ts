import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The names in a server's certificate, as OpenSSL writes them: `DNS:localhost`, `IP:127.0.0.1`. */
type ServerName = `DNS:${string}` | `IP:${string}`;

/** A certificate authority that nobody knows, as the one of Amazon RDS. */
export class Authority implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'authority-'));

  /** @throws Error when the program `openssl` is not installed */
  constructor() {
    this.#openssl(
      'req',
      '-x509',
      ...newKey('ca.key'),
      '-subj',
      '/CN=Test authority',
      '-days',
      '2',
      '-out',
      'ca.pem',
    );
  }

  /** The file with its certificate, absolute. */
  get file(): string {
    return join(this.#folder, 'ca.pem');
  }

  /** Issues the certificate of a server. */
  issue(names: readonly ServerName[]): { readonly certificate: string; readonly key: string } {
    this.#openssl('req', ...newKey('server.key'), '-subj', '/CN=server', '-out', 'server.csr');
    writeFileSync(join(this.#folder, 'names'), `subjectAltName = ${names.join(', ')}\n`);
    const signed = [
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'names',
    ];
    this.#openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
    const read = (file: string) => readFileSync(join(this.#folder, file), 'utf8');
    return { certificate: read('server.pem'), key: read('server.key') };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

function newKey(file: string): string[] {
  return ['-newkey', 'rsa:2048', '-noenc', '-keyout', file];
}
