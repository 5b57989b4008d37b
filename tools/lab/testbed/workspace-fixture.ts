import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { copyWorkspace } from '@nanoservices/model';
import { contractSource, handlerSource } from '@nanoservices/model/testing';
import { repositoryRoot } from './repository.ts';

const shop = fileURLToPath(new URL('shop/', import.meta.url));

/** The parts of this repository that every workspace has. */
const framework = [
  'functions/tsconfig.json',
  'libs/tsconfig.json',
  'libs/endpoint',
  'libs/postgres',
  'package.json',
  'tsconfig.base.json',
];
/** The parts that Nx needs beyond these. */
const tooling = [
  'nx.json',
  'package-lock.json',
  '.gitignore',
  '.nxignore',
  '.biome.json',
  '.dependency-cruiser.mjs',
  'tools',
];

export interface FixtureOptions {
  /** The small shop in this folder, which is the default, or the application of this repository. */
  readonly application?: 'shop' | 'arcade';
  /** True for a workspace in which Nx can run. Default: false. */
  readonly withNx?: boolean;
  /** True for a copy with specs. Default: false. */
  readonly withSpecs?: boolean;
  /** An absolute folder, empty or not there. Default: a new folder among temporary files. */
  readonly root?: string;
}

/** A separate workspace that a test may change: an application and the framework, linked to the installed packages. */
export class WorkspaceFixture implements AsyncDisposable {
  /** Absolute. */
  readonly root: string;

  constructor({ application = 'shop', withNx = false, withSpecs = false, root }: FixtureOptions = {}) {
    if (root) mkdirSync(root, { recursive: true });
    this.root = realpathSync(root ?? mkdtempSync(join(tmpdir(), 'workspace-')));
    // Started by root, the embedded database runs as another user, who must get there.
    chmodSync(this.root, 0o755);
    const own = application === 'arcade' ? ['functions', 'libs'] : [];
    const parts = [...framework, ...own, ...(withNx ? tooling : [])];
    const isCopied = (file: string) => !isOfLab(file) && (withSpecs || !file.endsWith('.spec.ts'));
    copyWorkspace(repositoryRoot, this.root, parts, isCopied);
    if (application === 'arcade') return;
    cpSync(shop, this.root, { recursive: true });
    // Its packages are not there.
    rmSync(join(this.root, 'node_modules/@arcade'), { recursive: true });
    this.linkPackages();
  }

  /** Removes all endpoints and units but the unit of all endpoints. */
  withoutEndpoints(): this {
    for (const resource of globSync('functions/*/', { cwd: this.root })) this.remove(resource);
    return this;
  }

  /** Writes a file, by its path in the workspace. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Rewrites a file. @throws Error when the change changes nothing */
  edit(path: string, change: (text: string) => string): void {
    const before = this.read(path);
    const after = change(before);
    if (before === after) throw new Error(`The edit of ${path} changes nothing.`);
    this.write(path, after);
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /**
   * Writes an endpoint without validation into `functions/test`.
   *
   * @param route - as `GET /things`
   * @param body - of its handler
   * @param top - the handler's module before the handler
   */
  endpoint(name: string, route: string, body: string, top = ''): void {
    this.endpointFiles(name, { contract: contractSource(name, route), handler: handlerSource(body, top) });
  }

  /** Writes an endpoint into `functions/test`, by the sources of its contract and its handler. */
  endpointFiles(name: string, { contract, handler }: { contract: string; handler: string }): void {
    const callees = [...contract.matchAll(/'\.\.\/\.\.\/([\w-]+)\/src\/contract\.ts'/g)];
    const manifest = {
      name: `@shop/${name}`,
      type: 'module',
      exports: { './contract': './src/contract.ts' },
      dependencies: {
        '@nanoservices/endpoint': '*',
        '@nanoservices/postgres': '*',
        '@shop/data-access': '*',
        '@shop/validation': '*',
        ...Object.fromEntries(callees.map(([, callee]) => [`@shop/${callee}`, '*'])),
        zod: '*',
      },
    };
    this.write(`functions/test/${name}/package.json`, JSON.stringify(manifest));
    this.write(`functions/test/${name}/src/contract.ts`, contract);
    this.write(`functions/test/${name}/src/handler.ts`, handler);
  }

  /** Rewrites the handler of an endpoint in `functions/test`; see {@link endpoint}. */
  handler(name: string, body: string, top = ''): void {
    this.write(`functions/test/${name}/src/handler.ts`, handlerSource(body, top));
  }

  /** Links the packages of functions and libs that are not linked yet, as `npm install` does. */
  linkPackages(): void {
    for (const file of globSync('{functions/{,*/,*/*/},libs/*/}package.json', { cwd: this.root })) {
      const link = join(this.root, 'node_modules', JSON.parse(this.read(file)).name);
      if (existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(this.root, dirname(file)), link);
    }
  }

  /** Commits everything, the first time to a new git repository. @returns the commit's abbreviated hash */
  commit(message: string): string {
    if (!existsSync(join(this.root, '.git'))) this.#git('init', '--quiet', '--initial-branch=main');
    this.#git('add', '--all');
    this.#git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.#git('rev-parse', '--short=12', 'HEAD');
  }

  /** Checks a commit out, on no branch. */
  checkOut(commit: string): void {
    this.#git('checkout', '--quiet', '--detach', commit);
  }

  #git(...args: string[]): string {
    const author = ['-c', 'user.name=fixture', '-c', 'user.email=fixture@example.com'];
    return execFileSync('git', [...author, '-c', 'commit.gpgsign=false', ...args], {
      cwd: this.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  }

  /** Deletes it, when its embedded database, which stays a moment after its last user, has stopped. */
  async delete(): Promise<void> {
    const server = join(this.root, '.database/data/postmaster.pid');
    for (const end = Date.now() + 15_000; existsSync(server) && Date.now() < end; ) await sleep(20);
    // A process that has just been told to end may still write.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.delete();
  }
}

function isOfLab(file: string): boolean {
  return file.startsWith(join(repositoryRoot, 'tools/lab'));
}
