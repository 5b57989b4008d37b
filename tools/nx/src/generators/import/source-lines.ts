import { readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { workspacePath } from '@nanoservices/model';
import type { Finding } from './finding.ts';
import type { Remark } from './json.ts';
import { isModule, moduleTree } from './module-tree.ts';
import type { SourceValue } from './source-value.ts';
import { yamlTree } from './yaml-tree.ts';

/** A place in a file. */
export interface SourcePlace {
  /** Absolute. */
  readonly file: string;
  /** One-based. */
  readonly line: number;
}

const reference = /^\$\{(?:file\(([^)$]+)\)(?::([^,}$\s]+))?|self:([^,}$\s]+))[^{}]*\}$/;

/** Finds the lines of keys in a configuration, and in the files that its variables name. */
export class SourceLines {
  readonly #file: string;
  readonly #trees = new Map<string, SourceValue | undefined>();

  /** @param file - the configuration: YAML, JSON or a module; absolute */
  constructor(file: string) {
    this.#file = file;
  }

  /**
   * @param root - of the workspace, absolute
   * @returns the finding of a remark, with its line
   */
  findingOf({ path, reason }: Remark, root: string): Finding {
    const { file, line } = this.placeOf(path);
    return { file: workspacePath(root, file), line, key: path.join('.'), reason };
  }

  /**
   * @param path - keys and list indices, from the top
   * @returns the place of the last key that the text shows
   */
  placeOf(path: readonly string[]): SourcePlace {
    let place: SourcePlace = { file: this.#file, line: 1 };
    let value = this.#tree(this.#file);
    let rest = [...path];
    // Variables may name each other in a circle.
    for (let steps = 0; value && steps < 100; steps++) {
      const [, named, address = '', own] = reference.exec(value.text ?? '') ?? [];
      if (rest.length === 0) return place;
      if (named !== undefined) {
        const file = resolve(dirname(this.#file), named.replace(/^~(?=\/)/, process.env.HOME ?? '~'));
        rest = [...address.split('.').filter(Boolean), ...rest];
        value = this.#tree(file);
        if (value) place = { file, line: 1 };
      } else if (own !== undefined) {
        rest = [...own.split('.'), ...rest];
        value = this.#tree(this.#file);
      } else {
        const entry = value.entry(rest.shift() as string);
        if (entry) place = { file: place.file, line: entry.line };
        value = entry?.value;
      }
    }
    return place;
  }

  #tree(file: string): SourceValue | undefined {
    if (!this.#trees.has(file)) this.#trees.set(file, readTree(file));
    return this.#trees.get(file);
  }
}

function readTree(file: string): SourceValue | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  if (isModule(file)) return moduleTree(file, text);
  return /^\.(?:ya?ml|json)$/.test(extname(file)) ? yamlTree(text) : undefined;
}
