import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createTestDatabase, type TestDatabase } from '@nanoservices/database';
import type { Stage } from '@nanoservices/platform';
import { WorkspaceCopy } from '@nanoservices/runtime/testing';
import pg from 'pg';
import { LiveFunctions } from '../live/live-functions.ts';
import { Stacks } from '../live/stacks.ts';
import { readStage } from '../settings/read-stage.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { FaultProxy } from './fault-proxy.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../../../../node_modules/.bin', import.meta.url));

/** What a command printed and ended with. */
export interface Ended {
  readonly code: number;
  readonly out: string;
}

/** A copy of this workspace with a stage `dev` on an emulated AWS, and a database. */
export class EmulatedStage {
  readonly workspace = new WorkspaceCopy({ withNx: true });
  readonly #emulator: Emulator;
  readonly #database: TestDatabase;
  readonly proxy: FaultProxy;
  readonly stage: Stage;
  readonly functions: LiveFunctions;
  readonly stacks: Stacks;
  readonly lambda: LambdaClient;

  private constructor(emulator: Emulator, database: TestDatabase, proxy: FaultProxy) {
    this.#emulator = emulator;
    this.#database = database;
    this.proxy = proxy;
    this.workspace.write(
      'functions/stages.json',
      JSON.stringify({
        application: 'shop',
        stages: {
          dev: {
            region: 'eu-central-1',
            jwt: { issuer: 'https://issuer.example.com/', audience: ['shop'] },
          },
        },
      }),
    );
    this.commit('start');
    this.stage = readStage(this.workspace.root, 'dev');
    // Tests look at the emulator itself, beside the proxy.
    Object.assign(process.env, this.environment(emulator.url));
    this.lambda = new LambdaClient({ region: this.stage.region });
    this.functions = new LiveFunctions(this.lambda);
    this.stacks = new Stacks(this.stage.region);
  }

  static async open(): Promise<EmulatedStage> {
    const [emulator, database] = await Promise.all([startEmulator(), createTestDatabase()]);
    const stage = new EmulatedStage(emulator, database, await new FaultProxy(emulator.url).start());
    const ssm = new SSMClient({ region: stage.stage.region });
    await ssm.send(
      new PutParameterCommand({ Name: '/shop/dev/database-url', Type: 'SecureString', Value: database.url }),
    );
    return stage;
  }

  async close(): Promise<void> {
    await this.proxy.close();
    this.#emulator.close();
    await this.#database.drop();
    this.workspace.delete();
  }

  /** Runs a command of the deploy package, as `npx deploy` does. */
  deploy(...args: string[]): Promise<Ended> {
    return this.run('node', [
      join(this.workspace.root, 'tools/deploy/bin/deploy.mjs'),
      '--stage',
      'dev',
      ...args,
    ]);
  }

  /** `deploy` as a process that can be killed, with all it has started. */
  start(...args: string[]): { ended: Promise<Ended>; kill(): void } {
    const file = join(this.workspace.root, 'tools/deploy/bin/deploy.mjs');
    const child: ChildProcess = spawn('node', [file, '--stage', 'dev', ...args], {
      cwd: this.workspace.root,
      env: this.#commandEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
    }
    const ended = once(child, 'close').then(([code]) => ({ code: code ?? -1, out }));
    return { ended, kill: () => process.kill(-(child.pid as number), 'SIGKILL') };
  }

  operate(command: 'status' | 'rollback' | 'prune', ...args: string[]): Promise<Ended> {
    const file = join(this.workspace.root, `tools/deploy/bin/${command}.mjs`);
    return this.run('node', [file, '--stage', 'dev', ...args]);
  }

  nx(...args: string[]): Promise<Ended> {
    return this.run('nx', [...args, '--output-style', 'static']);
  }

  /** Rewrites a file of the workspace. */
  edit(path: string, change: (text: string) => string): void {
    const file = join(this.workspace.root, path);
    const before = readFileSync(file, 'utf8');
    const after = change(before);
    if (before === after) throw new Error(`The edit of ${path} changes nothing`);
    writeFileSync(file, after);
  }

  commit(message: string): string {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: this.workspace.root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    if (message === 'start') git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', message);
    return git('rev-parse', '--short=12', 'HEAD');
  }

  /** Asks the database of the stage, as its owner. */
  async query<Row>(sql: string): Promise<Row[]> {
    const client = new pg.Client(this.#database.url);
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
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
        return [name.replace('shop-dev-', ''), alias?.version ?? 'none'];
      }),
    );
    return Object.fromEntries(versions);
  }

  environment(url: string): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      SLS_AWS_MONITORING_FREQUENCY: '100',
      DEPLOY_LEASE_SILENCE_MS: '1500',
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

  /** As on a machine where no test runs. */
  #commandEnvironment(): Record<string, string | undefined> {
    const { NANO_TOPOLOGY: _, FORCE_COLOR: __, ...inherited } = process.env;
    return {
      ...inherited,
      // Set where somebody develops; it must not get into a stage.
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
