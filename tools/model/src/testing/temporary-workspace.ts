import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkPackages } from '../copy-workspace.ts';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** A workspace that a spec writes for itself. It is deleted with the `using` declaration that holds it. */
export class TemporaryWorkspace implements Disposable {
  /** Absolute. */
  readonly root: string;

  /** @param files - content by path, relative to the root; see {@link write} */
  constructor(files: Readonly<Record<string, string | object>> = {}) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'workspace ')));
    for (const [file, content] of Object.entries(files)) this.write(file, content);
  }

  /** @param content - an object is written as JSON */
  write(file: string, content: string | object = ''): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }

  /** Writes the package.json and the handler of an endpoint, and its contract where one is given. */
  endpoint(
    root: string,
    {
      contract,
      handler = '',
      ...manifest
    }: { contract?: string; handler?: string; [key: string]: unknown } = {},
  ): void {
    this.write(`${root}/package.json`, {
      name: `@shop/${root.split('/').at(-1)}`,
      type: 'module',
      ...manifest,
    });
    this.write(`${root}/src/handler.ts`, handler);
    if (contract !== undefined) this.write(`${root}/src/contract.ts`, contract);
  }

  remove(file: string): void {
    rmSync(join(this.root, file), { recursive: true });
  }

  /**
   * Links the packages that this repository has installed: contracts and handlers can be imported then.
   *
   * @param names - the packages. Default: all
   */
  linkPackages(...names: readonly string[]): void {
    if (names.length === 0) linkPackages(repository, this.root);
    for (const name of names) {
      const link = join(this.root, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(realpathSync(join(repository, 'node_modules', name)), link);
    }
  }

  /**
   * Copies the libs of the framework, and links packages: what is bundled must be in the workspace.
   *
   * @param names - the packages. Default: all
   */
  withFramework(...names: readonly string[]): void {
    const libs = ['libs/endpoint', 'libs/postgres'];
    for (const lib of libs) cpSync(join(repository, lib), join(this.root, lib), { recursive: true });
    if (names.length === 0) {
      this.linkPackages();
      return;
    }
    this.linkPackages('aws4fetch', ...names);
    for (const lib of libs) this.link(lib, `@nanoservices/${basename(lib)}`);
  }

  /** Links a package of this workspace, as `npm install` does. */
  link(folder: string, packageName: string): void {
    const link = join(this.root, 'node_modules', packageName);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(this.root, folder), link);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
