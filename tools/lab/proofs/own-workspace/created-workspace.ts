import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { freePort } from '../../testbed/free-port.ts';

const run = promisify(execFile);

/** The user that a person's commands run as: where the proof runs as root, `nobody`, who may do nothing else. */
export const identity: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/**
 * A workspace that `npm create` has made, used as a person would: an ordinary user, without anything of this repository in the
 * environment.
 */
export class CreatedWorkspace {
  readonly root: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param environment - of all commands: the registry, and what they shall see besides */
  constructor(root: string, environment: Readonly<Record<string, string>>) {
    this.root = root;
    this.#environment = personsEnvironment(environment);
  }

  /** @returns both streams. @throws Error with them when the command fails */
  async run(program: string, ...args: string[]): Promise<string> {
    const options = { cwd: this.root, env: this.#environment, maxBuffer: 2 ** 26, ...identity };
    const { stdout, stderr } = await run(program, args, options).catch(({ message, stdout }) => {
      throw new Error(`${message}\n${stdout}`);
    });
    return `${stdout}${stderr}`;
  }

  /** Runs `npm start`, or another command that starts the API, while something is done with its URL. */
  async started<Result>(
    args: readonly string[],
    use: (url: string) => Promise<Result>,
    [program, ...first]: readonly [string, ...string[]] = ['npm', 'start', '--'],
  ): Promise<Result> {
    const port = await freePort();
    const child = spawn(program, [...first, '--port', `${port}`, '--lambda-port', '0', ...args], {
      cwd: this.root,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identity,
    });
    try {
      await ready(child);
      return await use(`http://127.0.0.1:${port}`);
    } finally {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
  }
}

async function ready(child: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Ready in ')) resolve();
      });
    }
    child.once('close', () => reject(new Error(`npm start ended:\n${output}`)));
  });
}

/** The variables of this process without those of npm, Nx, Vitest and the repository's programs. */
export function personsEnvironment(own: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_|NX_|VITEST|TEST|NODE_|INIT_CWD|FORCE_COLOR|DATABASE_URL|NANO_|TZ$|LANG$)/i.test(name),
  );
  const path = (process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return {
    ...Object.fromEntries(inherited),
    PATH: path.join(':'),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NO_COLOR: '1',
    GIT_AUTHOR_NAME: 'A Developer',
    GIT_AUTHOR_EMAIL: 'developer@example.com',
    GIT_COMMITTER_NAME: 'A Developer',
    GIT_COMMITTER_EMAIL: 'developer@example.com',
    ...own,
  };
}
