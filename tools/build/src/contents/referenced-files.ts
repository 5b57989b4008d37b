import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import { UsageError } from '@nanoservices/model';
import type { Metafile } from 'esbuild';
import type { ShippedFiles } from './shipped-files.ts';

/** A file that code names by its place beside the code. */
interface Reference {
  /** Text of the code. */
  readonly code: string;
  /** Relative to the module. */
  readonly path: string;
}

const url = /\bnew\s+URL\(\s*(['"`])(?<path>\.{1,2}\/[^'"`$\n]+)\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;
const folder = /(?:__dirname|import\.meta\.dirname)/.source;
const joined = new RegExp(
  `\\(\\s*${folder}(?<parts>(?:\\s*,\\s*(['"\`])[^'"\`$\\n]*\\2)+)\\s*,?\\s*\\)`,
  'g',
);
const added = new RegExp(`${folder}\\s*\\+\\s*(['"\`])(?<path>[^'"\`$\\n]+)\\1`, 'g');
const isContract = /^functions\/[^/]+\/[^/]+\/src\/contract\.ts$/;
const isScript = /^\.[cm]?[jt]sx?$/;

/** References by file, as long as the file is unchanged: many bundles contain the same modules. */
const known = new Map<string, { readonly mtimeMs: number; readonly references: readonly Reference[] }>();

/**
 * Adds the files that modules read by a path beside themselves, such as `new URL('./page.html', import.meta.url)`, and
 * `__dirname` in CommonJS. They are shipped under the same path beside the bundle, which takes the place of the module.
 *
 * @returns absolute paths of files that do not exist, named by modules of the workspace
 * @throws UsageError when a module of the workspace names a file that cannot be there
 */
export function addReferencedFiles(workspaceRoot: string, metafile: Metafile, files: ShippedFiles): string[] {
  const missing: string[] = [];
  for (const input of Object.keys(metafile.inputs)) {
    const module = join(workspaceRoot, input);
    const isOwn = !/(?:^|\/)node_modules\//.test(input) && !input.startsWith('../');
    for (const { code, path } of referencesIn(module)) {
      const target = join(dirname(module), path);
      const shipped = posix.normalize(path);
      const stat = statSync(target, { throwIfNoEntry: false });
      if (!stat && isOwn) missing.push(target);
      if (!stat?.isFile()) continue;
      if (isContract.test(input)) throw new UsageError(refusalInContract(input, code));
      // Also a path that is taken: by the same file, or by another one, which is an error.
      if (!shipped.startsWith('../') && !isScript.test(extname(path))) files.add(shipped, target);
      // A package may have code that no function runs. It fails in the same way on this machine and on AWS.
      else if (isOwn && !files.has(shipped)) throw new UsageError(refusal(input, code, shipped));
    }
  }
  return missing;
}

/** Callers bundle a contract, too, and count no other file of its endpoint. */
function refusalInContract(input: string, code: string): string {
  return `${input}: ${code.replace(/\s+/g, ' ')} names a file: its change would not rebuild the endpoints that call this one. Read it in the handler, or in a package in libs.`;
}

function refusal(input: string, code: string, shipped: string): string {
  const reason = shipped.startsWith('../')
    ? `The file is outside of the folder of the bundle. Move it below src, beside the module or deeper.`
    : `It is a module, and only the handler is bundled. Write it as JavaScript without imports of packages, and name it in "lambda": { "include": ["src/${shipped}"] }.`;
  return `${input}: ${code.replace(/\s+/g, ' ')} names a file that the function would not have. ${reason}`;
}

function referencesIn(module: string): readonly Reference[] {
  const stat = statSync(module, { throwIfNoEntry: false });
  if (!stat) return [];
  const { mtimeMs } = stat;
  const before = known.get(module);
  if (before?.mtimeMs === mtimeMs) return before.references;
  const references = findReferences(readFileSync(module, 'utf8'));
  known.set(module, { mtimeMs, references });
  return references;
}

function findReferences(source: string): Reference[] {
  if (!/__dirname|import\.meta/.test(source)) return [];
  return [
    ...[...source.matchAll(url), ...source.matchAll(added)].map(({ 0: code, groups }) => ({
      code,
      path: decodeURI(relativePath(groups?.path as string)),
    })),
    ...[...source.matchAll(joined)].map(({ 0: code, groups }) => {
      const parts = [...(groups?.parts ?? '').matchAll(/(['"`])([^'"`]*)\1/g)].map(
        ([, , part]) => part as string,
      );
      return { code, path: relativePath(parts.join('/')) };
    }),
  ];
}

/** `__dirname + '/page.html'` */
function relativePath(path: string): string {
  return path.replace(/^\/+/, '');
}
