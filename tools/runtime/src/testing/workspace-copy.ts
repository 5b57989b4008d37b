import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const original = fileURLToPath(new URL('../../../../', import.meta.url));

/** What `npm start` needs of a workspace. */
const sources = ['functions', 'libs', 'package.json', 'tsconfig.base.json'];
/** What Nx needs beside that. */
const tooling = ['tools', 'nx.json', 'package-lock.json', '.gitignore', '.biome.json'];

/** A copy of this workspace's functions and libs that may be changed, linked to the installed packages. */
export class WorkspaceCopy {
  readonly root: string;

  /** @param withNx - whether Nx can run in it */
  constructor({ withNx = false } = {}) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')));
    const parts = withNx ? [...sources, ...tooling] : sources;
    for (const part of parts) {
      cpSync(join(original, part), join(this.root, part), {
        recursive: true,
        filter: (path) => !/[/\\](?:dist|artifact|node_modules)$|\.spec\.ts$/.test(path),
      });
    }
    this.#linkPackages(parts);
  }

  /** Removes the endpoints that were copied. */
  withoutEndpoints(): this {
    for (const resource of ['users', 'games']) this.remove(`functions/${resource}`);
    return this;
  }

  /** Writes a file, by its path in the workspace. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Writes an endpoint without validation: `route` as in `GET /things`, `body` that of its handler. */
  endpoint(name: string, route: string, body: string, top = ''): void {
    const [method, path] = route.split(' ');
    const manifest = {
      name: `@nanoservices/${name}`,
      type: 'module',
      exports: { './contract': './src/contract.ts' },
    };
    this.write(`functions/test/${name}/package.json`, JSON.stringify(manifest));
    this.write(
      `functions/test/${name}/src/contract.ts`,
      `import { contract } from '@nanoservices/endpoint';
       export const theContract = contract(${JSON.stringify({ name, method, path, summary: name, access: 'public' })} as never);`,
    );
    this.handler(name, body, top);
  }

  handler(name: string, body: string, top = ''): void {
    this.write(
      `functions/test/${name}/src/handler.ts`,
      `${top}\nexport const handler = async (event: any, context: any): Promise<any> => { ${body} };`,
    );
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  delete(): void {
    // A process that has just been told to end may still write.
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }

  #linkPackages(copied: readonly string[]): void {
    const packages = join(this.root, 'node_modules');
    mkdirSync(join(packages, '@nanoservices'), { recursive: true });
    for (const name of readdirSync(join(original, 'node_modules'))) {
      if (['@nanoservices', '.cache', '.package-lock.json'].includes(name)) continue;
      symlinkSync(join(original, 'node_modules', name), join(packages, name));
    }
    for (const name of readdirSync(join(original, 'node_modules/@nanoservices'))) {
      // The package of an endpoint that has just been removed.
      if (!existsSync(join(original, 'node_modules/@nanoservices', name))) continue;
      const target = relative(original, realpathSync(join(original, 'node_modules/@nanoservices', name)));
      const isCopied = copied.includes(target.split(sep)[0] as string);
      symlinkSync(join(isCopied ? this.root : original, target), join(packages, '@nanoservices', name));
    }
  }
}

const program = fileURLToPath(new URL('../start/start-command.ts', import.meta.url));

/** `npm start` in a workspace, as a process of its own, on ports that are free. */
export class StartedWorkspace {
  readonly child: ChildProcess;
  output = '';
  url = '';
  lambdaUrl = '';

  constructor(root: string, args: string[] = [], env: Record<string, string> = {}) {
    const script = `const { startCommand } = await import(${JSON.stringify(program)});
      await startCommand(${JSON.stringify(root)}, process.argv.slice(1));`;
    const ports = args.includes('--port') ? [] : ['--port', '0', '--lambda-port', '0'];
    const { FORCE_COLOR: _, ...inherited } = process.env;
    this.child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...ports, ...args], {
      env: { ...inherited, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Resolves when the start screen is there. */
  async ready(): Promise<this> {
    await this.says(/Ready in/);
    this.url = /HTTP API {2}(\S+)/.exec(this.output)?.[1] ?? '';
    this.lambdaUrl = /Lambda {4}(\S+)/.exec(this.output)?.[1] ?? '';
    return this;
  }

  /** Waits until the output matches; throws with the output when the process ends before or it takes too long. */
  async says(pattern: RegExp, timeoutMs = 45_000): Promise<void> {
    const startedAt = performance.now();
    while (!pattern.test(this.output)) {
      if (this.child.exitCode !== null || performance.now() - startedAt > timeoutMs) {
        throw new Error(`It never said ${pattern}. It said:\n${this.output}`);
      }
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async get(path: string): Promise<{ status: number; body: never }> {
    const response = await fetch(this.url + path);
    return { status: response.status, body: (await response.json()) as never };
  }

  /** The exit code, or the signal, that it ends with. */
  async ended(): Promise<number | string | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise((resolve) => child.once('close', resolve));
    }
    return child.exitCode ?? child.signalCode;
  }

  async interrupt(): Promise<number | string | null> {
    this.child.kill('SIGINT');
    return this.ended();
  }
}

/** Whether a process runs. One that has ended, but whose parent has not taken note, does not. */
export function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([id]) => Number(id) === pid)
    .map(([, stat]) => stat);
  return state !== '' && !state.startsWith('Z');
}
