import { dirname, extname, posix, relative } from 'node:path';
import { workspacePath } from '@nanoservices/model';
import { applyEdits, type Edit } from './source-module.ts';
import type { SourceModule } from './trace-modules.ts';

/** An endpoint and the files of the old project that its handler needs. */
export interface ModuleOwner {
  /** Folder relative to the workspace root. */
  readonly root: string;
  readonly modules: ReadonlyMap<string, SourceModule>;
}

/** The lib for files that several endpoints need. */
export interface SharedLib {
  /** Folder relative to the workspace root. */
  readonly root: string;
  readonly packageName: string;
}

/** A file of the old project in its new place. */
export interface PlacedModule {
  readonly module: SourceModule;
  /** Folder of its package, relative to the workspace root. */
  readonly package: string;
  /** Relative to the workspace root. */
  readonly path: string;
  readonly content: string | Buffer;
}

/** Folder of an endpoint with files of the old project, laid out as they were. */
export const originalFolder = 'src/original';

/**
 * Decides where the files of an old project go: those of one endpoint into it, those that several need into a lib. What a shared
 * file imports is shared itself, so that no lib imports an endpoint.
 *
 * @param base - folder of the old project, absolute: files keep their paths below it
 */
export function placeModules(base: string, owners: readonly ModuleOwner[], lib: SharedLib): PlacedModule[] {
  const ownersOf = new Map<string, ModuleOwner[]>();
  for (const owner of owners) {
    for (const file of owner.modules.keys()) ownersOf.set(file, [...(ownersOf.get(file) ?? []), owner]);
  }
  const path = (file: string) => workspacePath(base, file);
  const packageOf = (file: string) => {
    const [first, second] = ownersOf.get(file) ?? [];
    return first && !second ? first.root : lib.root;
  };
  const placeOf = (file: string) =>
    `${packageOf(file)}/${packageOf(file) === lib.root ? 'src' : originalFolder}/${path(file)}`;
  return [...ownersOf].map(([file, [owner]]) => {
    const module = owner?.modules.get(file) as SourceModule;
    const edits = [...module.local].flatMap(([{ specifier, start, end }, target]): Edit[] => {
      const isShared = packageOf(target) === lib.root && packageOf(file) !== lib.root;
      if (!isShared && /^\.\.?(?:\/|$)/.test(specifier)) return [];
      const text = isShared
        ? `${lib.packageName}/${path(target)}`
        : relativePath(placeOf(file), placeOf(target));
      return [{ start, end, text: `'${text}'` }];
    });
    return { module, package: packageOf(file), path: placeOf(file), content: contentOf(module, edits) };
  });
}

function relativePath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

const takenOver = ['lint', 'format', 'assist'].map(
  (what) => `// biome-ignore-all ${what}: taken over as it was.`,
);

/** The text as it was, below comments that spare it this workspace's rules. */
function contentOf({ file, content, parsed }: SourceModule, edits: readonly Edit[]): string | Buffer {
  if (!parsed) return content;
  const text = applyEdits(content.toString(), [...parsed.typeEdits, ...edits]).replace(/^\uFEFF/, '');
  const [shebang = ''] = /^#!.*\n/.exec(text) ?? [];
  const isTyped = /^\.[cm]?tsx?$/.test(extname(file));
  const header = [...(isTyped ? ['// @ts-nocheck: taken over as it was.'] : []), ...takenOver];
  return `${shebang}${header.join('\n')}\n${text.slice(shebang.length)}`;
}

/** @returns the folder that contains a folder and all files, absolute */
export function commonFolder(folder: string, files: readonly string[]): string {
  let common = folder;
  for (const file of files) while (relative(common, file).startsWith('..')) common = dirname(common);
  return common;
}
