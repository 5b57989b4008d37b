import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A PgBouncer in transaction mode, before a server of PostgreSQL with all its databases and roles. */
export class PgBouncer implements AsyncDisposable {
  readonly #port: number;
  readonly #folder: string;
  readonly #program: ChildProcess;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    // It refuses to run as root.
    const account = process.getuid?.() === 0 ? ['--user=nobody'] : [];
    this.#program = spawn('pgbouncer', [...account, join(folder, 'pgbouncer.ini')], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  /**
   * @param superuserUrl - connection string of the server's superuser, who reads the passwords of all roles
   * @throws Error when the program is not installed or does not start
   */
  static async start(superuserUrl: string): Promise<PgBouncer> {
    const { hostname, port, username, password } = new URL(superuserUrl);
    const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
    chmodSync(folder, 0o755);
    const own = await freePort();
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 2
max_client_conn = 1000
auth_type = scram-sha-256
auth_user = ${username}
auth_file = ${join(folder, 'users.txt')}
`,
    );
    writeFileSync(join(folder, 'users.txt'), `"${username}" "${decodeURIComponent(password)}"\n`);
    const started = new PgBouncer(own, folder);
    await started.#ready();
    return started;
  }

  /** @returns the same connection string through the pooler */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.port = `${this.#port}`;
    return url.href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program.exitCode === null) {
      this.#program.kill('SIGKILL');
      await once(this.#program, 'exit');
    }
    rmSync(this.#folder, { recursive: true });
  }

  async #ready(): Promise<void> {
    let log = '';
    const failed = new Promise<never>((_, reject) => {
      this.#program.on('error', reject);
      this.#program.on('exit', () => reject(new Error(`PgBouncer ended:\n${log}`)));
    });
    const up = new Promise<void>((resolve) => {
      this.#program.stderr?.setEncoding('utf8').on('data', (text) => {
        log += text;
        if (log.includes('process up')) resolve();
      });
    });
    failed.catch(() => {});
    await Promise.race([up, failed]);
  }
}
