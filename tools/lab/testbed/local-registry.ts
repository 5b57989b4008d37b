import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

const require = createRequire(import.meta.url);
const verdaccio = join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');

/** An npm registry on this machine: Verdaccio, with the framework's packages, and everything else from npm's own registry. */
export class LocalRegistry implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, folder: string, process: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(): Promise<LocalRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'registry-'));
    const url = `http://127.0.0.1:${await freePort()}/`;
    const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
    const own = { access: '$all', publish: '$anonymous' };
    const settings = {
      storage: join(folder, 'storage'),
      uplinks: { upstream: { url: upstream, timeout: '120s' } },
      packages: {
        '@nanoservices/*': own,
        'create-nanoservices': own,
        '**': { access: '$all', proxy: 'upstream' },
      },
      log: { type: 'stdout', level: 'warn' },
      web: { enable: false },
    };
    const file = join(folder, 'config.json');
    // YAML contains JSON.
    writeFileSync(file, JSON.stringify(settings));
    const address = new URL(url).host;
    const child = spawn(process.execPath, [verdaccio, '--config', file, '--listen', address], {
      stdio: 'ignore',
    });
    const registry = new LocalRegistry(url, folder, child);
    for (;;) {
      if (child.exitCode !== null) throw new Error('Verdaccio did not start.');
      const response = await fetch(`${url}-/ping`).catch(() => undefined);
      if (response?.ok) return registry;
      await sleep(50);
    }
  }

  /** The variables of an npm that uses this registry, with a cache of its own. */
  get environment(): Readonly<Record<string, string>> {
    return { npm_config_registry: this.url, npm_config_cache: join(this.#folder, 'cache') };
  }

  /** @param folders - of built packages */
  publish(folders: Iterable<string>): void {
    const { host } = new URL(this.url);
    for (const folder of folders) {
      // Anybody may publish here, but npm wants a token, and provenance comes from a workflow of GitHub.
      const args = ['publish', folder, `--//${host}/:_authToken=anonymous`, '--provenance=false'];
      execFileSync('npm', args, { env: { ...process.env, ...this.environment }, stdio: 'pipe' });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
