import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { readFolders } from '@nanoservices/model';
import { type Commit, checkOut } from './commits.ts';

/** A folder that holds the functions and libs of one commit after another, with the packages that are installed today. */
export class PastWorkspace {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'history-')));
  readonly #original: string;
  /** Links to the packages of the workspace itself, at the commit. */
  #links: string[] = [];

  constructor(original: string) {
    this.#original = realpathSync(original);
    // It names the folders.
    const settings = join(this.#original, 'nx.json');
    if (existsSync(settings)) copyFileSync(settings, join(this.root, 'nx.json'));
    const installed = join(this.#original, 'node_modules');
    for (const name of readdirSync(installed)) {
      if (name.startsWith('.')) continue;
      if (name.startsWith('@'))
        for (const part of readdirSync(join(installed, name))) this.#link(`${name}/${part}`);
      else this.#link(name);
    }
  }

  /** Replaces the sources by those of a commit. */
  show(commit: Commit): void {
    checkOut(this.#original, commit, this.root);
    for (const link of this.#links) rmSync(link, { force: true });
    const { functions, libs } = readFolders(this.#original);
    this.#links = globSync([`${functions}/*/*/package.json`, `${libs}/*/package.json`], {
      cwd: this.root,
    }).map((file) => {
      const { name } = JSON.parse(readFileSync(join(this.root, file), 'utf8')) as { name: string };
      const link = join(this.root, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(this.root, dirname(file)), link);
      return link;
    });
  }

  delete(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #link(name: string): void {
    const installed = join(this.#original, 'node_modules', name);
    // The package of an endpoint that has just been removed.
    if (!existsSync(installed)) return;
    const target = realpathSync(installed);
    // The workspace's own packages are linked by `show`.
    const isWithin = (folder: string) => target.startsWith(folder + sep);
    if (isWithin(this.#original) && !isWithin(join(this.#original, 'node_modules'))) return;
    const link = join(this.root, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link);
  }
}
