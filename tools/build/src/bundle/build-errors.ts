import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  addCommand,
  installCommand,
  isWorkspacePackage,
  readManifest,
  siblingRange,
  UsageError,
  workspaceGlobs,
} from '@nanoservices/model';
import { type BuildFailure, formatMessages, type Message, type PartialMessage } from 'esbuild';
import { packageNamedBy, type WorkspacePackage, WorkspacePackages } from '../inputs/workspace-packages.ts';

/** @returns true for an error in the sources, false for an error in the build */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && 'warnings' in error;
}

/**
 * Warnings of esbuild that are errors here: an import of a module without exports, such as a file that an editor has just
 * emptied. esbuild gives none for files of installed packages.
 */
export function undefinedImports(warnings: readonly Message[]): Message[] {
  return warnings.filter(({ id }) => id === 'import-is-undefined');
}

/** Formats warnings that stop no build. */
export async function describeWarnings(warnings: readonly Message[]): Promise<string> {
  return (await formatMessages([...warnings], { kind: 'warning' })).join('');
}

/**
 * Formats the errors of a build. A missing package has its `npm install` instead of esbuild's advice to mark it as external,
 * which would only move the error into the function.
 */
export async function describeErrors(
  workspaceRoot: string,
  errors: readonly PartialMessage[],
  color = false,
): Promise<string> {
  const texts = errors.map(async (error) => {
    const handler = handlerWithout(error);
    if (handler !== undefined) return `${noHandler(workspaceRoot, handler)}\n`;
    const explained = { ...error, notes: notesOf(workspaceRoot, error) };
    return (await formatMessages([explained], { kind: 'error', color })).join('');
  });
  return (await Promise.all(texts)).join('');
}

/** @returns the module without `handler` that the generated source of a function imports it from */
function handlerWithout({ text = '', location }: PartialMessage): string | undefined {
  if (!location?.lineText?.startsWith('import { handler as ')) return undefined;
  const [, missing, empty] =
    /^No matching export in "([^"]+)"|^Import "handler" .* the file "([^"]+)" has no exports/.exec(text) ??
    [];
  return missing ?? empty;
}

/** @param file - a handler or another entry, relative to the workspace root */
export function noHandler(workspaceRoot: string, file: string): string {
  const source = readFileSync(join(workspaceRoot, file), 'utf8');
  if (source.trim() === '') return emptyFile(file);
  if (/\.m?js$/.test(file) && /\bexports\.handler\b/.test(source)) {
    return `${file} is CommonJS, and Node takes it for an ES module ("type" in package.json). Rename it to handler.cjs.`;
  }
  return `${file} exports no "handler". Export a Lambda handler: export const handler = endpoint(…);`;
}

export function emptyFile(file: string): string {
  return `${file} is empty. Write its code, or remove its import.`;
}

function notesOf(
  workspaceRoot: string,
  { text = '', notes = [], location }: PartialMessage,
): NonNullable<PartialMessage['notes']> {
  const kept = notes.filter((note) => !/ as external /.test(note.text ?? ''));
  const advice = adviceOnPackage(workspaceRoot, text, location?.file);
  return advice === undefined ? kept : [...kept, { text: advice, location: null }];
}

/** @returns the way to get a package that cannot be resolved */
function adviceOnPackage(workspaceRoot: string, text: string, importer = ''): string | undefined {
  const name = packageNamedBy(/^Could not resolve "([^"]+)"/.exec(text)?.[1] ?? '.');
  // It is there, and has no such file.
  if (name === undefined || existsSync(join(workspaceRoot, 'node_modules', name))) return undefined;
  const owner = ownerOf(workspaceRoot, importer);
  if (owner instanceof UsageError) return owner.message;
  if (!owner) return `Install it: ${addCommand(workspaceRoot, name)}`;
  const manifest = `${owner.root}/package.json`;
  if (owner.declared.has(name))
    return `${manifest} declares it, and it is not installed: ${installCommand(workspaceRoot)}`;
  if (!isNamedInWorkspace(workspaceRoot, name))
    return `Install it: ${addCommand(workspaceRoot, name, owner.root)}`;
  return `It is a package of this workspace. Add "${name}": "${siblingRange(workspaceRoot)}" to the "dependencies" of ${manifest}, then run ${installCommand(workspaceRoot)}.`;
}

function ownerOf(workspaceRoot: string, file: string): WorkspacePackage | UsageError | undefined {
  try {
    return new WorkspacePackages(workspaceRoot).ownerOf(file);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function isNamedInWorkspace(workspaceRoot: string, name: string): boolean {
  const globs = workspaceGlobs(workspaceRoot);
  const isPackage = isWorkspacePackage(globs);
  const manifests = globs.filter((glob) => !glob.startsWith('!')).map((glob) => join(glob, 'package.json'));
  // An endpoint or a unit is named after its folder; other packages need not be.
  return globSync(manifests, { cwd: workspaceRoot, exclude: ['**/node_modules'] })
    .map((file) => dirname(file).replaceAll('\\', '/'))
    .filter(isPackage)
    .some((folder) => basename(folder) === basename(name) || nameIn(workspaceRoot, folder) === name);
}

/** @returns nothing for a package.json that cannot be read: another error is being told */
function nameIn(workspaceRoot: string, folder: string): string | undefined {
  try {
    return readManifest(workspaceRoot, folder).name;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
