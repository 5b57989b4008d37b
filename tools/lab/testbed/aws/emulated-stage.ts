import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { zip } from '@nanoservices/build';
import { createTestDatabase, type TestDatabase } from '@nanoservices/database/testing';
import { LiveFunctions, Stacks } from '@nanoservices/deploy';
import { readStage, type Stage } from '@nanoservices/model';
import pg from 'pg';
import { repositoryRoot } from '../repository.ts';
import { WorkspaceFixture } from '../workspace-fixture.ts';
import { type Emulator, type EmulatorOptions, emulatorVariables, startEmulator } from './emulator.ts';
import type { DemandedFailure } from './emulator-control.ts';
import { FaultProxy } from './fault-proxy.ts';

const run = promisify(execFile);
const bin = join(repositoryRoot, 'node_modules/.bin');

/** The end of a command. */
export interface Ended {
  readonly code: number;
  /** Both streams. */
  readonly out: string;
}

/** @throws Error with the output of a command that fails */
export async function succeed(command: Promise<Ended>): Promise<string> {
  const { code, out } = await command;
  if (code !== 0) throw new Error(out);
  return out;
}

/** A command that runs. */
export interface StartedCommand {
  readonly ended: Promise<Ended>;
  /** Resolves when a text is printed. @throws Error when the command ends without it */
  printed(text: string): Promise<void>;
  /** Kills it, and all that it has started. */
  kill(): void;
}

/** A workspace with a stage `dev` on an emulated AWS, and a database. It is a copy of this repository's application. */
export class EmulatedStage {
  readonly workspace: WorkspaceFixture;
  readonly emulator: Emulator;
  readonly #database: TestDatabase;
  #editions = 0;
  readonly proxy: FaultProxy;
  readonly stage: Stage;
  readonly functions: LiveFunctions;
  readonly stacks: Stacks;
  readonly lambda: LambdaClient;
  /** Silence after which a killed deployment counts as dead. A busy emulator takes seconds to answer a living one. */
  leaseSilenceMs = 10_000;

  private constructor(
    workspace: WorkspaceFixture,
    emulator: Emulator,
    database: TestDatabase,
    proxy: FaultProxy,
  ) {
    this.workspace = workspace;
    this.emulator = emulator;
    this.#database = database;
    this.proxy = proxy;
    this.workspace.write(
      'functions/stages.json',
      JSON.stringify({
        application: 'arcade',
        stages: {
          dev: {
            region: 'eu-central-1',
            jwt: { issuer: 'https://issuer.example.com/', audience: ['arcade'] },
          },
        },
      }),
    );
    this.workspace.commit('start');
    this.stage = readStage(this.workspace.root, 'dev');
    // Tests look at the emulator itself, past the proxy.
    Object.assign(process.env, this.environment(emulator.url));
    this.lambda = new LambdaClient({ region: this.stage.region });
    this.functions = new LiveFunctions(this.lambda);
    this.stacks = new Stacks(this.stage.region);
  }

  /** @param options - the time that AWS takes, and another workspace instead of this repository's application */
  static async open({
    workspace: given,
    ...options
  }: EmulatorOptions & { readonly workspace?: WorkspaceFixture } = {}): Promise<EmulatedStage> {
    const [emulator, database] = await Promise.all([startEmulator(options), createTestDatabase(given?.root)]);
    const workspace = given ?? new WorkspaceFixture({ application: 'arcade', withNx: true });
    const proxy = await new FaultProxy(emulator.url).start();
    const stage = new EmulatedStage(workspace, emulator, database, proxy);
    const ssm = new SSMClient({ region: stage.stage.region });
    await ssm.send(
      new PutParameterCommand({
        Name: '/arcade/dev/database-url',
        Type: 'SecureString',
        Value: `${database.url}?sslmode=disable`,
      }),
    );
    return stage;
  }

  async close(): Promise<void> {
    await this.proxy.close();
    this.emulator.close();
    await this.#database.drop();
    await this.workspace.delete();
  }

  /** Makes the next such action of CloudFormation fail. */
  fail(failure: DemandedFailure): Promise<void> {
    return this.emulator.fail(failure);
  }

  /** Brings a stack into a state, as if somebody else had. @param stack - its full name */
  setStackStatus(stack: string, status: string, reason?: string): Promise<void> {
    return this.emulator.setStackStatus(this.stage.region, stack, status, reason);
  }

  /** The properties of a stack's resource as deployed now. @param stack - its full name */
  deployed<Properties>(stack: string, resource: string): Promise<Properties | undefined> {
    return this.emulator.deployed(this.stage.region, stack, resource);
  }

  /** `nanos deploy` of what is packaged. */
  deploy(...args: string[]): Promise<Ended> {
    return this.operate('deploy', '--packaged', ...args);
  }

  /** `nanos deploy` of what is packaged, as a process that can be killed, with all it has started. */
  start(...args: string[]): StartedCommand {
    return this.startCommand('deploy', '--packaged', ...args);
  }

  /** A command of `nanos`, as a process that can be killed, with all it has started. */
  startCommand(command: string, ...args: string[]): StartedCommand {
    const child: ChildProcess = spawn('node', this.#nanos(command, args), {
      cwd: this.workspace.root,
      env: this.#commandEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let out = '';
    const printing = new EventEmitter();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        printing.emit('text');
      });
    }
    const ended = once(child, 'close').then(([code]) => ({ code: code ?? -1, out }));
    const printed = async (text: string) => {
      const isPrinted = () => out.includes(text);
      const end = ended.then(() => {
        if (!isPrinted()) throw new Error(`It ended without "${text}":\n${out}`);
      });
      while (!isPrinted()) await Promise.race([once(printing, 'text'), end]);
    };
    return { ended, printed, kill: () => process.kill(-(child.pid as number), 'SIGKILL') };
  }

  operate(
    command: 'base' | 'compatible' | 'deploy' | 'status' | 'rollback' | 'rotate' | 'prune',
    ...args: string[]
  ): Promise<Ended> {
    return this.run('node', this.#nanos(command, args));
  }

  nx(...args: string[]): Promise<Ended> {
    return this.run('nx', [...args, '--output-style', 'static']);
  }

  /**
   * Gives an endpoint new code, as a build would make it, which answers every request.
   *
   * @param folder - of the endpoint, in `functions`: `orders/get-order`
   * @returns the hash of the code
   */
  newCode(folder: string, statusCode = 204): string {
    const edition = ++this.#editions;
    const code = `export const handler = async () => ({ statusCode: ${statusCode}, edition: ${edition} });\n`;
    const zipped = zip({ 'handler.mjs': Buffer.from(code) });
    writeFileSync(join(this.workspace.root, 'functions', folder, 'artifact/function.zip'), zipped);
    return createHash('sha256').update(zipped).digest('base64');
  }

  /** The number in the answers of the newest code. */
  get edition(): number {
    return this.#editions;
  }

  /** Queries the database of the stage, as its owner. */
  async query<Row>(sql: string): Promise<Row[]> {
    const client = new pg.Client(this.#database.url);
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  }

  /** The connection string of the stage's database, as its owner. */
  get databaseUrl(): string {
    return this.#database.url;
  }

  /** The live version of every function, by its name in the workspace. */
  async live(): Promise<Record<string, string>> {
    const names: string[] = [];
    for await (const { Functions = [] } of paginateListFunctions({ client: this.lambda }, {})) {
      names.push(...Functions.map(({ FunctionName = '' }) => FunctionName));
    }
    const versions = await Promise.all(
      names.sort().map(async (name) => {
        const alias = await this.functions.readLive(name);
        return [name.replace('arcade-dev-', ''), alias?.version ?? 'none'];
      }),
    );
    return Object.fromEntries(versions);
  }

  environment(url: string): Record<string, string> {
    return {
      ...emulatorVariables(url, this.emulator.latency),
      DEPLOY_LEASE_SILENCE_MS: `${this.leaseSilenceMs}`,
    };
  }

  /** Runs a command in a folder of the workspace. */
  async run(command: string, args: readonly string[], folder = '.'): Promise<Ended> {
    const options = {
      cwd: join(this.workspace.root, folder),
      env: this.#commandEnvironment(),
      maxBuffer: 1e8,
    };
    try {
      const { stdout, stderr } = await run(command, args, options);
      return { code: 0, out: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    }
  }

  #nanos(command: string, args: readonly string[]): string[] {
    return [join(this.workspace.root, 'tools/nx/bin/nanos.mjs'), command, '--stage', 'dev', ...args];
  }

  /** The environment of a machine without a test run. */
  #commandEnvironment(): Record<string, string | undefined> {
    const { NANO_TOPOLOGY: _, FORCE_COLOR: __, ...inherited } = process.env;
    return {
      ...inherited,
      // Set on a developer's machine; it must not get into a stage.
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      ...this.environment(this.proxy.url),
      NO_COLOR: '1',
      CI: 'true',
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      PATH: `${bin}:${process.env.PATH}`,
    };
  }
}
