import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { type Endpoints, findEndpoints, findFunction } from '../function-registry.ts';
import { apiRouter } from '../gateway/router.ts';
import type { LambdaFunction } from '../lambda/lambda.ts';
import { Bundler } from './bundler.ts';
import { type Addresses, HostProcess } from './host-process.ts';
import { Progress } from './progress.ts';
import { readRoutes } from './read-routes.ts';
import { readSettings, type Settings } from './settings.ts';
import type { StartOptions } from './start-options.ts';
import { startScreen } from './start-screen.ts';
import { watchSources } from './watch.ts';
import { WorkspaceFunctions } from './workspace-functions.ts';

/** Everything behind `npm start`: database, builds, the serving process, and what to do when a file changes. */
export class DevelopmentServer {
  readonly #workspaceRoot: string;
  readonly #options: StartOptions;
  readonly #resources = new AsyncDisposableStack();
  #host: HostProcess | undefined;
  #functions: WorkspaceFunctions | undefined;
  #bundler: Bundler | undefined;
  #endpoints: Endpoints = new Map();
  #settings: Settings | undefined;
  #stopped: Promise<void> | undefined;

  constructor(workspaceRoot: string, options: StartOptions) {
    this.#workspaceRoot = workspaceRoot;
    this.#options = options;
  }

  /** @throws UsageError when a file of the workspace is wrong; Error when it cannot serve */
  async start(): Promise<void> {
    const progress = new Progress();
    const startedAt = performance.now();
    this.#endpoints = findEndpoints(this.#workspaceRoot);
    const settings = readSettings(this.#workspaceRoot, [...this.#endpoints.keys()]);
    this.#settings = settings;
    progress.show('database and routes');
    const [database, routes] = await Promise.all([this.#openDatabase(), readRoutes(this.#workspaceRoot)]);
    apiRouter(routes);
    const functions = await this.#buildAll(settings, database.url, progress);
    progress.show('serving process');
    const host = new HostProcess(
      { ...this.#options, cors: settings.cors, functions, routes },
      (reason, restarted) => void this.#recover(reason, restarted),
    );
    this.#host = host;
    this.#resources.defer(() => host.stop());
    await host.start();
    if (this.#options.watch) {
      const watcher = await watchSources(this.#workspaceRoot, (files) => this.#changed(files));
      this.#resources.defer(() => watcher.close());
    }
    progress.clear();
    console.log(startScreen(host.configuration, database.shown));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(
      styleText(
        'dim',
        `  Ready in ${seconds} s.${this.#options.watch ? ' Watching functions and libs.' : ''} Ctrl-C stops.\n`,
      ),
    );
  }

  /** Lets requests end, then frees everything. */
  stop(): Promise<void> {
    this.#stopped ??= this.#resources.disposeAsync();
    return this.#stopped;
  }

  /** Ends the serving process and its environments at once. */
  kill(): void {
    this.#host?.kill();
  }

  async #openDatabase(): Promise<{ url: string | undefined; shown: string }> {
    const isUsed = [...this.#endpoints.keys()].some(
      (name) => findFunction(name, this.#workspaceRoot, this.#endpoints).usesDatabase,
    );
    if (!isUsed) return { url: undefined, shown: 'none: no function depends on libs/data-access' };
    const { acquireDatabase } = await import('@nanoservices/database');
    const lease = await acquireDatabase({ workspaceRoot: this.#workspaceRoot });
    this.#resources.defer(() => lease.release());
    const { host, pathname } = new URL(lease.url);
    const kind = process.env.DATABASE_URL ? 'of DATABASE_URL' : 'embedded PostgreSQL';
    return { url: lease.url, shown: `${kind} at ${host}${pathname}` };
  }

  async #buildAll(
    settings: Settings,
    databaseUrl: string | undefined,
    progress: Progress,
  ): Promise<LambdaFunction[]> {
    const parent = join(this.#workspaceRoot, 'node_modules/.cache/runtime');
    mkdirSync(parent, { recursive: true });
    const bundler = new Bundler(this.#workspaceRoot, mkdtempSync(join(parent, 'start-')));
    this.#resources.defer(() => bundler.dispose());
    const workspaceRoot = this.#workspaceRoot;
    const workspaceFunctions = new WorkspaceFunctions({
      workspaceRoot,
      bundler,
      databaseUrl,
      start: this.#options,
    });
    this.#functions = workspaceFunctions;
    this.#bundler = bundler;
    let built = 0;
    const functions = await Promise.all(
      [...this.#endpoints.keys()].map(async (name) => {
        const configuration = await workspaceFunctions
          .build(name, this.#endpoints, settings)
          .catch(complain(name));
        progress.show(`${++built} of ${this.#endpoints.size} functions built`);
        return configuration;
      }),
    );
    return functions.filter((configuration) => configuration !== undefined);
  }

  async #changed(files: ReadonlySet<string>): Promise<void> {
    const bundler = this.#bundler as Bundler;
    const startedAt = performance.now();
    const before = this.#endpoints;
    this.#endpoints = findEndpoints(this.#workspaceRoot);
    const names = [...this.#endpoints.keys()];
    const added = names.filter((name) => !before.has(name));
    for (const name of before.keys()) if (!this.#endpoints.has(name)) await this.#remove(name);
    this.#settings = attempt(() => readSettings(this.#workspaceRoot, names)) ?? this.#settings;
    const settings = this.#settings as Settings;
    const isSetting = [...files].some((file) => /(?:package|topology|api)\.json$/.test(file));
    const concerned = isSetting ? names : [...new Set([...bundler.affectedBy(files), ...added])];
    await Promise.all(concerned.map((name) => this.#rebuild(name, settings, startedAt)));
    // Whatever is not a handler may be part of a contract.
    if (added.length > 0 || [...files].some((file) => !file.endsWith('/handler.ts')))
      await this.#reroute(settings);
  }

  async #rebuild(name: string, settings: Settings, startedAt: number): Promise<void> {
    const configuration = await (this.#functions as WorkspaceFunctions)
      .build(name, this.#endpoints, settings)
      .catch(complain(name, 'The version before goes on serving.'));
    if (!configuration) return;
    this.#host?.send({ type: 'put', function: configuration });
    const tookMs = (performance.now() - startedAt).toFixed(0);
    console.log(`${styleText('green', '↻')} ${name} ${styleText('dim', `built in ${tookMs} ms`)}`);
  }

  async #remove(name: string): Promise<void> {
    await this.#functions?.remove(name);
    this.#host?.send({ type: 'remove', functionName: name });
    console.log(`${styleText('yellow', '✗')} ${name} is gone`);
  }

  async #reroute({ cors }: Settings): Promise<void> {
    try {
      const routes = await readRoutes(this.#workspaceRoot);
      apiRouter(routes);
      const before = this.#host?.configuration;
      if (JSON.stringify([before?.routes, before?.cors]) === JSON.stringify([routes, cors])) return;
      this.#host?.send({ type: 'routes', routes, cors });
      console.log(`${styleText('green', '↻')} routes`);
    } catch (error) {
      console.error(`${styleText('red', (error as Error).message)}\nThe routes before go on serving.`);
    }
  }

  async #recover(reason: string, restarted: Promise<Addresses>): Promise<void> {
    const threads = this.#host?.configuration.functions.filter(({ isolation }) => isolation === 'thread');
    const suspects = threads?.length
      ? ` A native crash in a thread takes the whole process along. In threads: ${threads.map(({ functionName }) => functionName).join(', ')}.`
      : '';
    console.error(
      styleText('red', `The serving process ended (${reason}): requests under way are lost.${suspects}`),
    );
    try {
      await restarted;
      console.error('It serves again.');
    } catch (error) {
      console.error((error as Error).message);
      await this.stop();
      process.exit(1);
    }
  }
}

/** Prints an error of the user's making and goes on. */
function complain(name: string, consequence = '') {
  return (error: Error): undefined => {
    console.error(`${styleText('red', `${name} cannot be built.`)} ${consequence}\n${error.message}`);
  };
}

function attempt<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    console.error(styleText('red', (error as Error).message));
    return undefined;
  }
}
