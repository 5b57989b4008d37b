import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { LocalRegistry } from '../../testbed/local-registry.ts';
import { identity, personsEnvironment } from './created-workspace.ts';

/** A person at a computer: an ordinary user with a home, who takes packages from a registry. */
export class Person {
  readonly #home: string;
  readonly #registry: LocalRegistry;

  /** @param home - absolute; it is made */
  constructor(home: string, registry: LocalRegistry) {
    this.#home = this.folder(home);
    this.#registry = registry;
  }

  /** The environment of commands, with the Node and the programs of this machine. */
  get environment(): Readonly<Record<string, string>> {
    return {
      HOME: this.#home,
      npm_config_registry: this.#registry.url,
      npm_config_cache: join(this.#home, '.npm'),
    };
  }

  /** Makes a folder of this person's. @returns its path */
  folder(path: string): string {
    mkdirSync(path, { recursive: true });
    own(path);
    return path;
  }

  /** Writes a file of this person's. */
  write(path: string, text: string): void {
    writeFileSync(path, text);
    own(path);
  }

  /** The environment of a computer with another Node. @param version - its major version */
  withNode(version: number): Readonly<Record<string, string>> {
    const cwd = this.folder(join(this.#home, `node-${version}`));
    writeFileSync(join(cwd, 'package.json'), '{ "allowScripts": { "node": true } }');
    const env = personsEnvironment(this.environment);
    execFileSync('npm', ['install', '--no-save', `node@${version}`], {
      cwd,
      env,
      stdio: 'pipe',
      ...identity,
    });
    const programs = join(cwd, 'node_modules/node/bin');
    return { ...this.environment, PATH: [programs, env.PATH].join(delimiter) };
  }

  /** The same environment on a computer without Git. */
  withoutGit({ PATH = '', ...others }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const programs = this.folder(join(this.#home, 'programs'));
    const found = new Set<string>();
    for (const folder of PATH.split(delimiter)) {
      for (const program of entriesOf(folder)) {
        if (found.has(program) || /^git(?:$|-)/.test(program)) continue;
        found.add(program);
        symlinkSync(join(folder, program), join(programs, program));
      }
    }
    return { ...others, PATH: programs };
  }
}

function own(path: string): void {
  if (identity.uid !== undefined) chownSync(path, identity.uid, identity.gid as number);
}

/** A PATH may name folders that are not there. */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
