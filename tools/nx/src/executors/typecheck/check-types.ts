import { existsSync, globSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { type CompilerSettings, compilerSettings } from '@nanoservices/api/compiler-options';
import type { BatchedTask, TaskOutcome } from '@nanoservices/build';
import ts from 'typescript';

/** A project to check: its files, and the options that they are checked with. */
interface Project extends CompilerSettings {
  readonly id: string;
  /** Absolute. */
  readonly files: readonly string[];
}

/**
 * Type-checks projects, each with the tsconfig.json of the nearest folder below the workspace root that has one, or with the options
 * of the workspace. tsc takes either a tsconfig or a list of files, never both; one tsconfig per project would be the alternative.
 *
 * Projects with one tsconfig.json are checked together first: most of the time is for what they share. When that finds an
 * error, each project of which it may be is checked by itself; so is each when a file declares something for files that do not import
 * it. Only global declarations of an installed package count for all projects when one of them imports it.
 *
 * @param tasks - ids, and folders relative to the workspace root
 */
export async function* checkTypes(
  workspaceRoot: string,
  tasks: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  const format = formatOf(workspaceRoot);
  const groups = Map.groupBy(tasks, ({ root }) => settingsFile(workspaceRoot, root));
  for (const [file, group] of groups) {
    const settings = file === undefined ? undefined : readSettings(file);
    const projects = group.map(({ id, root }) => ({
      id,
      ...(settings ? partOf(settings, resolve(workspaceRoot, root)) : unconfigured(workspaceRoot, root)),
    }));
    const suspects = new Set(projects.length > 1 ? suspectsIn(projects) : projects);
    for (const project of projects) {
      const diagnostics = suspects.has(project) ? diagnosticsOf(project) : [];
      const error = ts.formatDiagnosticsWithColorAndContext(diagnostics, format);
      yield diagnostics.length > 0 ? { id: project.id, error } : { id: project.id };
    }
  }
}

/** Checks projects together. @returns those that an error may belong to, or whose result says nothing about them alone */
function suspectsIn(projects: readonly Project[]): readonly Project[] {
  const [first] = projects as [Project];
  const program = programOf(projects, first);
  if (program.getSourceFiles().some((file) => isOwn(file, program) && declaresGlobals(file))) return projects;
  const owners = new Map(
    projects.flatMap((project) => project.files.map((file) => [file, project] as const)),
  );
  const diagnostics = [...first.errors, ...ts.getPreEmitDiagnostics(program)];
  const found = diagnostics.map(({ file }) => file && owners.get(resolve(file.fileName)));
  // An error elsewhere may be one of any of them.
  return found.every((owner) => owner !== undefined) ? found : projects;
}

function diagnosticsOf(project: Project): readonly ts.Diagnostic[] {
  return [...project.errors, ...ts.getPreEmitDiagnostics(programOf([project], project))];
}

function programOf(projects: readonly Project[], { options }: CompilerSettings): ts.Program {
  return ts.createProgram(
    projects.flatMap(({ files }) => files),
    options,
  );
}

function isOwn(file: ts.SourceFile, program: ts.Program): boolean {
  return !program.isSourceFileDefaultLibrary(file) && !file.fileName.includes('/node_modules/');
}

/** Tells if a file declares something for files that do not import it. */
function declaresGlobals(file: ts.SourceFile): boolean {
  return (
    !(ts.isExternalModule(file) || file.fileName.endsWith('.json')) ||
    file.typeReferenceDirectives.length > 0 ||
    file.statements.some(
      (one) => ts.isModuleDeclaration(one) && (ts.isStringLiteral(one.name) || one.name.text === 'global'),
    )
  );
}

function formatOf(workspaceRoot: string): ts.FormatDiagnosticsHost {
  return {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => workspaceRoot,
    getNewLine: () => ts.sys.newLine,
  };
}

/**
 * @param folder - relative to the workspace root
 * @returns the tsconfig.json of the folder, or of one above it; undefined when only the workspace root may have one
 */
function settingsFile(workspaceRoot: string, folder: string): string | undefined {
  // The root's tsconfig.json belongs to the rest of the workspace, and often lists nothing but references.
  if (folder === '.') return undefined;
  const file = join(workspaceRoot, folder, 'tsconfig.json');
  return existsSync(file) ? file : settingsFile(workspaceRoot, dirname(folder));
}

/** Reads a tsconfig.json, with the names of all files that it has. */
function readSettings(file: string): Omit<Project, 'id'> {
  const unreadable: ts.Diagnostic[] = [];
  const config = ts.getParsedCommandLineOfConfigFile(
    file,
    // Node runs the sources as they are: they import each other as `./contract.ts`.
    { noEmit: true, allowImportingTsExtensions: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => void unreadable.push(diagnostic),
    },
  );
  // What is no JSON is no error of the parsed options.
  const { error } = ts.readConfigFile(file, ts.sys.readFile);
  return {
    files: (config?.fileNames ?? []).map((one) => resolve(one)),
    options: config?.options ?? {},
    errors: [...unreadable, ...(error ? [error] : (config?.errors ?? []))],
  };
}

/** @param folder - absolute */
function partOf({ files, ...settings }: Omit<Project, 'id'>, folder: string): Omit<Project, 'id'> {
  return { ...settings, files: files.filter((one) => one.startsWith(folder + sep)) };
}

function unconfigured(workspaceRoot: string, root: string): Omit<Project, 'id'> {
  const folder = resolve(workspaceRoot, root);
  const files = globSync('**/*.ts', { cwd: folder, exclude: ['**/node_modules', '**/dist'] });
  return { files: files.map((file) => join(folder, file)), ...compilerSettings(workspaceRoot) };
}
