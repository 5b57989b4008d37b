import { readFileSync } from 'node:fs';
import { UsageError } from '@nanoservices/model';

/** Files of the framework beside a bundle. `node_modules` holds the external packages. */
const reserved =
  /^(?:handler\.mjs(?:\.map)?|meta\.json|contents\.json|entry\.ts|package\.json|node_modules(?:\/.*)?)$/;

/** The files beside a bundle: the absolute path of each source, by its path beside the bundle. */
export class ShippedFiles {
  readonly #sources = new Map<string, string>();

  /**
   * @param path - path beside the bundle, with slashes
   * @param source - absolute
   * @throws UsageError when another file has this path
   */
  add(path: string, source: string): void {
    if (reserved.test(path)) {
      throw new UsageError(`${source} cannot be shipped as ${path}: this name is taken. Rename the file.`);
    }
    const other = this.#sources.get(path);
    if (other && other !== source && !readFileSync(other).equals(readFileSync(source))) {
      throw new UsageError(
        `${other} and ${source} would both be ${path} beside the bundle, with different contents. Rename one of them, or put it into a folder with the name of its endpoint. A package that reads its own file can be named in "lambda": { "external": [] }.`,
      );
    }
    this.#sources.set(path, other ?? source);
  }

  has(path: string): boolean {
    return this.#sources.has(path);
  }

  /** The files, sorted by path. */
  entries(): [path: string, source: string][] {
    return [...this.#sources].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
