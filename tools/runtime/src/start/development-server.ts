import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Bundler } from '@nanoservices/build';
import type { DatabaseLease } from '@nanoservices/database';
import {
  type ApiFile,
  type ContractFacts,
  isHandlerFile,
  type Layout,
  messageOf,
  type PackedApplication,
  type PackedFunction,
  pack,
  packEvery,
  readApiFile,
  readLayout,
} from '@nanoservices/model';
import { type AwsCredentials, readAwsCredentials } from '../environment/aws-credentials.ts';
import { bundleFolder } from '../environment/bundle-folder.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { missingVariables } from '../environment/local-variables.ts';
import { isLoopback, loopbackOf } from '../gateway/is-loopback.ts';
import { apiRouter } from '../gateway/router.ts';
import { newAccessKey } from '../lambda/access-key.ts';
import { type LocalIssuer, localIssuer } from '../tokens/local-issuer.ts';
import type { JwtSettings } from '../tokens/token-verifier.ts';
import { type Addresses, HostProcess } from './host-process.ts';
import { KnownMistakes } from './known-mistakes.ts';
import { LocalFunctions } from './local-functions.ts';
import { type ApiOfContracts, readApi } from './read-api.ts';
import type { Notice, StartApiOptions, StartedApi } from './started-api.ts';
import { urlOf } from './url-of.ts';
import { watchSources } from './watch.ts';

/** The served state of the workspace. */
interface Served {
  readonly layout: Layout;
  readonly facts: ReadonlyMap<string, ContractFacts>;
  readonly api: ApiFile;
  readonly application: PackedApplication;
}

/** The parts of {@link startApi}: database, builds, the serving process, and the reaction to changed files. */
export class DevelopmentServer {
  readonly #options: StartApiOptions;
  readonly #resources = new AsyncDisposableStack();
  /** Database alone: an application without tables releases it at once. */
  readonly #databaseResources = this.#resources.use(new AsyncDisposableStack());
  readonly #killed = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #host: HostProcess | undefined;
  #functions: LocalFunctions | undefined;
  #bundler: Bundler | undefined;
  #served: Served | undefined;
  #database: DatabaseLease | undefined;
  #document: string | undefined;
  #awsCredentials: AwsCredentials | undefined;
  /** Saved files that may be part of a contract, absolute, until the contracts can be read. */
  readonly #unread = new Set<string>();
  readonly #mistakes = new KnownMistakes((notice) => this.#notice(notice));
  #stopped: Promise<void> | undefined;

  constructor(options: StartApiOptions) {
    this.#options = options;
    // A failure that nobody waits for does not end the process.
    this.#ended.promise.catch(() => {});
  }

  /**
   * Ends early, with an error, after {@link kill}.
   *
   * @throws UsageError when a file of the workspace is wrong
   * @throws Error when it cannot serve
   */
  async start(): Promise<StartedApi> {
    const { root, watch = false } = this.#options;
    // Mistakes in the workspace are reported before anything is started.
    const { layout, api } = this.#read();
    if (this.#options.awsCredentials) {
      this.#awsCredentials = await this.#step(() => readAwsCredentials());
    }
    this.#progress('database and routes');
    const [contracts, issuer, opened] = await this.#step(() =>
      Promise.all([
        readApi(root, this.#killed.signal),
        localIssuer(root, api.jwt?.like),
        layout.database && this.#openDatabase(layout),
      ]),
    );
    const facts = factsByName(contracts);
    const application = pack(layout, facts, this.#options.topology);
    const served: Served = { layout, facts, api, application };
    this.#database = await this.#step(() => this.#databaseOf(served, opened));
    await this.#step(() => this.#grant(served));
    this.#watchDatabase();
    this.#served = served;
    this.#tellOfAwsCredentials(application);
    this.#checkVariables(served);
    this.#document = this.#documentOf(contracts);
    const functions = await this.#step(() => this.#buildAll(served));
    this.#progress('serving process');
    const token = await this.#step(() => this.#tokenOf(api, issuer));
    const host = this.#createHost(served, functions, issuer, token);
    this.#resources.defer(() => host.stop());
    await this.#step(() => host.start());
    if (watch) {
      const watcher = await watchSources(root, (files) => this.#changed(files));
      this.#resources.defer(() => watcher.close());
    }
    return this.#started(host, token);
  }

  /** Waits for running requests, then frees everything. */
  stop(): Promise<void> {
    return this.#end();
  }

  /** Ends the serving process, its environments and the start at once. */
  kill(): void {
    this.#killed.abort();
    this.#host?.kill();
  }

  /** Runs a step of the start. @throws DOMException after {@link kill} */
  async #step<Result>(run: () => Promise<Result>): Promise<Result> {
    this.#killed.signal.throwIfAborted();
    const result = await run();
    this.#killed.signal.throwIfAborted();
    return result;
  }

  #end(failure?: Error): Promise<void> {
    if (this.#stopped) return this.#stopped;
    const { resolve, reject } = this.#ended;
    this.#stopped = this.#resources.disposeAsync();
    this.#stopped.then(
      () => (failure ? reject(failure) : resolve()),
      (error) => reject(failure ?? error),
    );
    return this.#stopped;
  }

  #started(host: HostProcess, token: string | undefined): StartedApi {
    const served = () => this.#served as Served;
    // A route that takes all paths has the one of the reference, too: so it is on AWS.
    const hasReference = ({ application }: Served) =>
      this.#document !== undefined && !apiRouter(application.routes)('GET', '/docs');
    const { host: address, port, lambdaPort, accessKey, jwt } = host.configuration;
    const url = urlOf(address, port);
    const running = (name: string) =>
      host.configuration.functions.find(({ functionName }) => functionName === name);
    return {
      url,
      lambdaUrl: urlOf(loopbackOf(address), lambdaPort),
      accessKey,
      host: address,
      get referenceUrl() {
        return hasReference(served()) ? `${url}/docs` : undefined;
      },
      get application() {
        return served().application;
      },
      get unbuilt() {
        return served()
          .application.functions.map(({ name }) => name)
          .filter((name) => running(name) === undefined);
      },
      isolationOf: (name) => running(name)?.isolation,
      hasCors: served().api.cors !== undefined,
      database: this.#databaseDescription(),
      issuer: jwt.issuer,
      token,
      get pid() {
        return host.pid as number;
      },
      ended: this.#ended.promise,
      stop: () => this.stop(),
      kill: () => this.kill(),
      [Symbol.asyncDispose]: () => this.stop(),
    };
  }

  #createHost(
    { application, api }: Served,
    functions: readonly FunctionConfiguration[],
    issuer: LocalIssuer,
    token: string | undefined,
  ): HostProcess {
    const { onReport } = this.#options;
    const { port = 0, lambdaPort = 0, host = '127.0.0.1', hostNames = [] } = this.#options;
    const { concurrency = 100, idleTimeoutMs = 300_000, logs = 'none' } = this.#options;
    const configuration = {
      ...{ port, lambdaPort, host, hostNames, logs, concurrency, idleTimeoutMs },
      accessKey: newAccessKey(),
      reports: onReport !== undefined,
      cors: api.cors,
      jwt: settingsOf(api) ?? issuer.settings,
      document: this.#document,
      token: isLoopback(host) ? token : undefined,
      functions,
      routes: application.routes,
    };
    this.#host = new HostProcess(configuration, {
      crashed: (reason, restarted) => void this.#recover(reason, restarted),
      report: ({ type: _, ...event }) => onReport?.(event),
    });
    return this.#host;
  }

  #read(): Pick<Served, 'layout' | 'api'> {
    const { root, topology } = this.#options;
    const layout = readLayout(root);
    // A wrong topology is an error before the contracts are known, too.
    pack(layout, new Map(), topology);
    return { layout, api: readApiFile(root) };
  }

  #openDatabase(layout: Layout, resources = this.#databaseResources): Promise<DatabaseLease> {
    const opening = import('@nanoservices/database').then(({ acquireDatabase }) =>
      acquireDatabase(layout, this.#options.env),
    );
    // The start may fail before the database is open.
    resources.defer(async () => (await opening.catch(() => undefined))?.release());
    return opening;
  }

  /** @returns undefined when no contract declares a table */
  async #databaseOf(
    { layout, application }: Served,
    opened: DatabaseLease | undefined,
  ): Promise<DatabaseLease | undefined> {
    if (application.functions.some(({ usesDatabase }) => usesDatabase)) {
      const database = opened ?? (await this.#openDatabase(layout));
      void this.#tryDatabase();
      return database;
    }
    await this.#databaseResources.disposeAsync();
    return undefined;
  }

  /** A database that cannot be used is told at once, not by the first request. It may be started later. */
  async #tryDatabase(): Promise<void> {
    const { databaseFailure } = await import('@nanoservices/database');
    const failure = await databaseFailure(this.#options.env);
    if (failure && !this.#stopped) this.#complain(failure);
  }

  #databaseDescription(): string {
    return this.#database?.description ?? 'none: no contract declares a table';
  }

  #tellOfAwsCredentials({ functions }: PackedApplication): void {
    if (!this.#awsCredentials) return;
    const names = functions.filter(({ permissions }) => permissions.length > 0).map(({ name }) => name);
    const text =
      names.length > 0
        ? `AWS credentials ${this.#awsCredentials.AWS_ACCESS_KEY_ID} are for ${names.join(', ')}.`
        : 'No contract declares permissions, so no function gets the AWS credentials.';
    this.#notice({ level: 'info', text });
  }

  /** Tells which variables are not set on this machine. The functions that need them answer 500. */
  #checkVariables({ application }: Served): void {
    try {
      const missing = missingVariables(this.#options.root, application.functions);
      if (missing.length > 0) this.#mistakes.found('variables', missing.join('\n'));
      else this.#mistakes.mended('variables', '✓ all variables are set');
    } catch (error) {
      this.#mistakes.found('variables', messageOf(error));
    }
  }

  #watchDatabase(): void {
    this.#tellOfDatabase(this.#database?.notes ?? []);
    this.#database?.watch((news) => this.#notice(news));
  }

  /** Opens the database when a saved contract is the first one that declares a table. */
  async #openDatabaseLater(layout: Layout, facts: ReadonlyMap<string, ContractFacts>): Promise<void> {
    const { functions } = this.#repack(layout, facts).application;
    if (this.#database || !functions.some(({ usesDatabase }) => usesDatabase)) return;
    this.#database = await this.#openDatabase(layout, this.#resources);
    this.#watchDatabase();
  }

  /** Applies saved migrations, and a saved seed. @returns true when the database may have changed */
  async #updateDatabase({ database }: Layout, files: ReadonlySet<string>): Promise<boolean> {
    const isPart = (file: string) =>
      file === database?.seed || file.startsWith(`${database?.migrations}${sep}`);
    if (!this.#database || ![...files].some(isPart)) return false;
    try {
      this.#tellOfDatabase(await this.#database.update(database));
    } catch (error) {
      this.#complain((error as Error).message);
    }
    return true;
  }

  #tellOfDatabase(changes: readonly string[]): void {
    if (this.#database?.isExternal) for (const change of changes) this.#complain(change);
    else if (changes.length > 0) this.#inform(`↻ database: ${changes.join(', ')}`);
  }

  /** Gives the functions of all topologies the rights in the database that their contracts declare. */
  async #grant({ layout, facts }: Pick<Served, 'layout' | 'facts'>): Promise<void> {
    const functions = packEvery(layout, facts);
    await this.#database?.grant(new Map(functions.map(({ name, grants }) => [name, grants])));
  }

  async #tokenOf(api: ApiFile, issuer: LocalIssuer): Promise<string | undefined> {
    if (settingsOf(api)) return undefined;
    const { subject, scopes, claims } = api.localCaller;
    return issuer.issue({ ...claims, sub: subject, scope: scopes.join(' ') });
  }

  async #buildAll({ application, api }: Served): Promise<FunctionConfiguration[]> {
    const { root, isolation, logs, logLevel } = this.#options;
    const bundler = new Bundler(root, bundleFolder());
    this.#bundler = bundler;
    this.#resources.defer(() => bundler.dispose());
    const parent = join(root, 'node_modules/.cache/runtime');
    mkdirSync(parent, { recursive: true });
    const entries = mkdtempSync(join(parent, 'start-'));
    this.#resources.defer(() => rmSync(entries, { recursive: true, force: true }));
    this.#functions = new LocalFunctions({
      workspaceRoot: root,
      bundler,
      folder: relative(root, entries),
      databaseUrlOf: (name) => this.#database?.functionUrl(name),
      isolation,
      awsCredentials: this.#awsCredentials,
      roleClaim: api.jwt?.roleClaim,
      logFormat: logs === 'json' ? 'JSON' : 'Text',
      isLogReadable: logs === 'pretty',
      logLevel,
    });
    let built = 0;
    const { functions } = application;
    const configurations = await Promise.all(
      functions.map(async (packed) => {
        const configuration = await this.#build(packed, application);
        this.#progress(`${++built} of ${functions.length} functions built`);
        return configuration;
      }),
    );
    return configurations.filter((configuration) => configuration !== undefined);
  }

  /** @returns undefined when the function cannot be built, or has not changed */
  async #build(
    packed: PackedFunction,
    application: PackedApplication,
    consequence = '',
  ): Promise<FunctionConfiguration | undefined> {
    const functions = this.#functions as LocalFunctions;
    const subject = `function ${packed.name}` as const;
    try {
      const configuration = await functions.build(packed, application);
      // The notice of the build follows.
      this.#mistakes.mended(subject);
      return configuration;
    } catch (error) {
      const text = `${packed.name} cannot be built. ${consequence}\n${(error as Error).message}`;
      this.#mistakes.found(subject, text);
      return undefined;
    }
  }

  /** New functions come first, then the routes, then the removal of unused functions: no request fails in between. */
  async #changed(files: ReadonlySet<string>): Promise<void> {
    const startedAt = performance.now();
    const before = this.#served as Served;
    const read = this.#readAgain() ?? before;
    if (JSON.stringify(read.api.jwt) !== JSON.stringify(before.api.jwt)) {
      this.#complain('api.json: "jwt" counts from the next start on.');
    }
    const isDatabaseChanged = await this.#updateDatabase(read.layout, files);
    const names = (application: PackedApplication) => application.functions.map(({ name }) => name);
    const packed = { ...read, ...this.#repack(read.layout, before.facts) };
    const isRepacked = names(packed.application).join() !== names(before.application).join();
    const isSetting = [...files].some((file) => /(?:package|topology|api)\.json$|\.env\.local$/.test(file));
    const affected = new Set((this.#bundler as Bundler).affectedBy(files));
    for (const file of files) if (mayBeOfContract(file)) this.#unread.add(file);
    const served = new Set(names(before.application));
    // A saved contract may declare the first table of its function. Before it is read, the handler would be refused.
    const mustWait = (one: PackedFunction) =>
      !one.usesDatabase && this.#isUnread(one) && (served.has(one.name) || one.routes.length === 0);
    const rebuild = (application: PackedApplication, isConcerned: (name: string) => boolean) =>
      Promise.all(
        application.functions
          .filter((one) => isConcerned(one.name) && !mustWait(one))
          .map((one) => this.#rebuild(one, application, startedAt)),
      );
    // A saved handler or lib is rebuilt before the contracts are read.
    if (!isRepacked) await rebuild(packed.application, (name) => isSetting || affected.has(name));
    const waiting = new Set(packed.application.functions.filter(mustWait).map(({ name }) => name));
    const mayReroute = isRepacked || isDatabaseChanged || this.#unread.size > 0;
    const facts = mayReroute ? await this.#readFacts(read.layout) : undefined;
    const now: Served = facts ? { ...read, ...this.#repack(read.layout, facts) } : packed;
    const isRerouted = JSON.stringify([...now.facts]) !== JSON.stringify([...before.facts]);
    // The entry of a unit contains the routes of its endpoints.
    await rebuild(now.application, (name) => isRepacked || isRerouted || waiting.has(name));
    this.#served = now;
    this.#checkVariables(now);
    if (mayReroute) this.#reroute(now);
    const current = new Set(names(now.application));
    for (const name of names(before.application)) if (!current.has(name)) await this.#remove(name);
  }

  /** @returns true when the contract of an endpoint was saved, and is not read yet */
  #isUnread({ endpoints }: PackedFunction): boolean {
    return endpoints.some(({ root }) =>
      this.#unread.has(join(this.#options.root, root, 'src', 'contract.ts')),
    );
  }

  #repack(layout: Layout, facts: ReadonlyMap<string, ContractFacts>): Pick<Served, 'facts' | 'application'> {
    return { facts, application: pack(layout, facts, this.#options.topology) };
  }

  /** Reads the contracts again. @returns undefined when they cannot be read: the previous ones stay */
  async #readFacts(layout: Layout): Promise<ReadonlyMap<string, ContractFacts> | undefined> {
    try {
      const contracts = await readApi(this.#options.root, this.#killed.signal);
      const facts = factsByName(contracts);
      await this.#openDatabaseLater(layout, facts);
      await this.#grant({ layout, facts });
      this.#document = this.#documentOf(contracts);
      this.#unread.clear();
      this.#mistakes.mended('contracts', '✓ the contracts are right again');
      return facts;
    } catch (error) {
      this.#mistakes.found('contracts', `${(error as Error).message}\nThe routes before go on serving.`);
      return undefined;
    }
  }

  /** @returns undefined when a file is wrong: the settings before stay */
  #readAgain(): Pick<Served, 'layout' | 'api'> | undefined {
    try {
      const read = this.#read();
      this.#mistakes.mended('settings', '✓ the settings are right again');
      return read;
    } catch (error) {
      this.#mistakes.found('settings', `${(error as Error).message}\nThe settings before stay.`);
      return undefined;
    }
  }

  async #rebuild(packed: PackedFunction, application: PackedApplication, startedAt: number): Promise<void> {
    const { name } = packed;
    const configuration = await this.#build(packed, application, 'The version before goes on serving.');
    if (!configuration) return;
    this.#host?.send({ type: 'put', function: configuration });
    this.#inform(`↻ ${name} built in ${(performance.now() - startedAt).toFixed(0)} ms`);
  }

  async #remove(name: string): Promise<void> {
    await this.#functions?.remove(name);
    this.#mistakes.mended(`function ${name}`);
    this.#host?.send({ type: 'remove', functionName: name });
    this.#inform(`✗ ${name} is gone`);
  }

  #reroute({ application, api: { cors } }: Served): void {
    const { routes } = application;
    const before = this.#host?.configuration;
    const document = this.#document;
    const isSame =
      JSON.stringify([before?.routes, before?.cors, before?.document]) ===
      JSON.stringify([routes, cors, document]);
    if (isSame) return;
    this.#host?.send({ type: 'routes', routes, cors, document, token: before?.token });
    this.#inform('↻ routes');
  }

  async #recover(reason: string, restarted: Promise<Addresses>): Promise<void> {
    const threads = this.#host?.configuration.functions.filter(({ isolation }) => isolation === 'thread');
    const suspects = threads?.length
      ? ` A native crash in a thread ends the whole process. In threads: ${threads.map(({ functionName }) => functionName).join(', ')}.`
      : '';
    this.#complain(`The serving process ended (${reason}): requests under way are lost.${suspects}`);
    try {
      await restarted;
      this.#inform('It serves again.');
    } catch (error) {
      // A stop ends the restart.
      if (this.#stopped || this.#killed.signal.aborted) return;
      const { message } = error as Error;
      const failure = new Error(`The serving process cannot be restarted. ${message}`, { cause: error });
      await this.#end(failure).catch(() => {});
    }
  }

  /** @returns the OpenAPI document; the API is served without one, too */
  #documentOf({ document, undocumented }: ApiOfContracts): string | undefined {
    if (undocumented) this.#complain(`${undocumented} There is no /openapi.json.`);
    return document;
  }

  #progress(doing: string): void {
    if (!this.#killed.signal.aborted) this.#options.onProgress?.(doing);
  }

  #inform(text: string): void {
    this.#notice({ level: 'info', text });
  }

  #complain(text: string): void {
    this.#notice({ level: 'error', text });
  }

  #notice(notice: Notice): void {
    const { onNotice } = this.#options;
    if (onNotice) onNotice(notice);
    else if (notice.level === 'error') console.error(notice.text);
  }
}

/** All modules except handlers may be part of a contract. */
function mayBeOfContract(file: string): boolean {
  return /\.(?:[cm]?[jt]s|json)$/.test(file) && !isHandlerFile(file);
}

function factsByName({ facts }: ApiOfContracts): Map<string, ContractFacts> {
  return new Map(facts.map((one) => [one.name, one]));
}

/** @returns undefined when this machine's own issuer gives the tokens */
function settingsOf({ jwt }: ApiFile): JwtSettings | undefined {
  return jwt?.issuer && jwt.audience ? { issuer: jwt.issuer, audience: jwt.audience } : undefined;
}
