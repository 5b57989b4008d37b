import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { DatabaseLease } from '@nanoservices/database';
import { demoUserId } from '@nanoservices/database/demo-data';
import { adminScope } from '@nanoservices/validation';
import { allGrants } from '@nanoservices/workspace/function-grants';
import { readFunction } from '@nanoservices/workspace/function-settings';
import { type PackedFunction, packFunctions, readPacking } from '@nanoservices/workspace/topology';
import { apiRouter } from '../gateway/router.ts';
import type { LambdaFunction } from '../lambda/lambda.ts';
import { localIssuer } from '../tokens/local-issuer.ts';
import { Bundler } from './bundler.ts';
import { type Addresses, HostProcess } from './host-process.ts';
import { Progress } from './progress.ts';
import { type ApiOfContracts, apiRoutes, type EndpointRoute, readApi } from './read-api.ts';
import { readSettings } from './settings.ts';
import type { StartOptions } from './start-options.ts';
import { startScreen } from './start-screen.ts';
import { watchSources } from './watch.ts';
import { type PackedWorkspace, WorkspaceFunctions } from './workspace-functions.ts';

/** Everything behind `npm start`: database, builds, the serving process, and what to do when a file changes. */
export class DevelopmentServer {
  readonly #workspaceRoot: string;
  readonly #options: StartOptions;
  readonly #resources = new AsyncDisposableStack();
  #host: HostProcess | undefined;
  #functions: WorkspaceFunctions | undefined;
  #bundler: Bundler | undefined;
  #packed: PackedWorkspace | undefined;
  #database: DatabaseLease | undefined;
  #document: string | undefined;
  #stopped: Promise<void> | undefined;

  constructor(workspaceRoot: string, options: StartOptions) {
    this.#workspaceRoot = workspaceRoot;
    this.#options = options;
  }

  /** @throws UsageError when a file of the workspace is wrong; Error when it cannot serve */
  async start(): Promise<void> {
    const progress = new Progress();
    const startedAt = performance.now();
    const { functions: packed, settings } = this.#pack();
    progress.show('database and routes');
    const [database, api, issuer] = await Promise.all([
      this.#openDatabase(packed),
      readApi(this.#workspaceRoot),
      localIssuer(this.#workspaceRoot),
    ]);
    await this.#grant(api.routes);
    const routes = apiRoutes(api.routes, packed);
    apiRouter(routes);
    this.#packed = { functions: packed, routes: api.routes, settings };
    this.#document = documentOf(api);
    const functions = await this.#buildAll(this.#packed, progress);
    progress.show('serving process');
    const host = new HostProcess(
      {
        ...this.#options,
        cors: settings.cors,
        jwt: settings.jwt ?? issuer.settings,
        functions,
        routes,
        document: this.#document,
      },
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
    const token = settings.jwt ? undefined : await issuer.issue({ sub: demoUserId, scope: adminScope });
    console.log(startScreen(host.configuration, database, token));
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

  /** How the workspace is packed, as its files are now. */
  #pack(): Pick<PackedWorkspace, 'functions' | 'settings'> {
    const packing = readPacking(this.#workspaceRoot);
    const settings = readSettings(this.#workspaceRoot, packing);
    return { settings, functions: packFunctions(packing, settings.topology, this.#options.topology) };
  }

  /** @returns what it is, in words */
  async #openDatabase(functions: readonly PackedFunction[]): Promise<string> {
    const found = functions.map((packed) => readFunction(packed, this.#workspaceRoot));
    if (!found.some(({ usesDatabase }) => usesDatabase))
      return 'none: no function depends on libs/data-access';
    const { acquireDatabase } = await import('@nanoservices/database');
    const lease = await acquireDatabase({ workspaceRoot: this.#workspaceRoot });
    this.#resources.defer(() => lease.release());
    this.#database = lease;
    const { host, pathname } = new URL(lease.url);
    const kind = process.env.DATABASE_URL ? 'of DATABASE_URL' : 'embedded PostgreSQL';
    return `${kind} at ${host}${pathname}`;
  }

  /** Lets each function do in the database what the contracts of its endpoints declare. */
  async #grant(routes: readonly EndpointRoute[]): Promise<void> {
    const contracts = new Map(routes.map(({ endpoint, database }) => [endpoint, { database }]));
    await this.#database?.grant(allGrants(readPacking(this.#workspaceRoot), contracts));
  }

  async #buildAll(workspace: PackedWorkspace, progress: Progress): Promise<LambdaFunction[]> {
    const parent = join(this.#workspaceRoot, 'node_modules/.cache/runtime');
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(join(parent, 'start-'));
    const bundler = new Bundler(this.#workspaceRoot, folder);
    this.#resources.defer(() => bundler.dispose());
    const functions = new WorkspaceFunctions({
      workspaceRoot: this.#workspaceRoot,
      bundler,
      folder: join(folder, 'entries'),
      databaseUrlOf: (name) => this.#database?.functionUrl(name),
      start: this.#options,
    });
    this.#functions = functions;
    this.#bundler = bundler;
    let built = 0;
    const configurations = await Promise.all(
      workspace.functions.map(async (packed) => {
        const configuration = await functions.build(packed, workspace).catch(complain(packed.name));
        progress.show(`${++built} of ${workspace.functions.length} functions built`);
        return configuration;
      }),
    );
    return configurations.filter((configuration) => configuration !== undefined);
  }

  /** New functions first, then the routes, then what no route leads to any more: no request meets a gap. */
  async #changed(files: ReadonlySet<string>): Promise<void> {
    const bundler = this.#bundler as Bundler;
    const startedAt = performance.now();
    const before = this.#packed as PackedWorkspace;
    const now = { ...before, ...attempt(() => this.#pack()) };
    const isNew = ({ name }: PackedFunction) => !before.functions.some((one) => one.name === name);
    const isRepacked = now.functions.some(isNew) || now.functions.length !== before.functions.length;
    // Whatever is not a handler may be part of a contract.
    const mayReroute = isRepacked || [...files].some((file) => !file.endsWith('/handler.ts'));
    const rebuild = (functions: readonly PackedFunction[]) =>
      Promise.all(functions.map((packed) => this.#rebuild(packed, now, startedAt)));

    const affected = new Set(bundler.affectedBy(files));
    const isSetting = isRepacked || [...files].some((file) => /(?:package|topology|api)\.json$/.test(file));
    if (!isRepacked)
      await rebuild(isSetting ? now.functions : now.functions.filter(({ name }) => affected.has(name)));
    const isRerouted = mayReroute && (await this.#readRoutes(now));
    // The entry of a unit has the routes of its endpoints.
    if (isRepacked || isRerouted) await rebuild(now.functions);
    this.#packed = now;
    if (mayReroute) this.#reroute(now);
    for (const { name } of before.functions) {
      if (!now.functions.some((one) => one.name === name)) await this.#remove(name);
    }
  }

  async #rebuild(packed: PackedFunction, workspace: PackedWorkspace, startedAt: number): Promise<void> {
    const { name } = packed;
    const configuration = await (this.#functions as WorkspaceFunctions)
      .build(packed, workspace)
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

  /** Reads the routes anew; whether they have changed. When they cannot be read, those before stay. */
  async #readRoutes(workspace: {
    routes: PackedWorkspace['routes'];
    functions: readonly PackedFunction[];
  }): Promise<boolean> {
    try {
      const api = await readApi(this.#workspaceRoot);
      const { routes } = api;
      apiRouter(apiRoutes(routes, workspace.functions));
      await this.#grant(routes);
      const isChanged = JSON.stringify(routes) !== JSON.stringify(workspace.routes);
      workspace.routes = routes;
      this.#document = documentOf(api);
      return isChanged;
    } catch (error) {
      console.error(`${styleText('red', (error as Error).message)}\nThe routes before go on serving.`);
      return false;
    }
  }

  #reroute({ routes: endpointRoutes, functions, settings: { cors } }: PackedWorkspace): void {
    const routes = apiRoutes(endpointRoutes, functions);
    const before = this.#host?.configuration;
    const document = this.#document;
    if (
      JSON.stringify([before?.routes, before?.cors, before?.document]) ===
      JSON.stringify([routes, cors, document])
    )
      return;
    this.#host?.send({ type: 'routes', routes, cors, document });
    console.log(`${styleText('green', '↻')} routes`);
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

/** The reference of the API; without it, the API is served all the same. */
function documentOf({ document, undocumented }: ApiOfContracts): string | undefined {
  if (undocumented) console.error(`${styleText('red', undocumented)} There is no /openapi.json.`);
  return document;
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
