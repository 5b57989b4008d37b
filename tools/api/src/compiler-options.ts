import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The options that follow from how sources run: Node strips their types, and esbuild bundles them. */
const ofNode: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  lib: ['lib.es2025.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  isolatedModules: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  // The types of a contract are wrong without it.
  strict: true,
};

/** Options that switch off output, and what only output needs. */
const ofEmit: ts.CompilerOptions = {
  noEmit: true,
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  importHelpers: false,
  noEmitOnError: false,
  ignoreDeprecations: '6.0',
};

/** Compiler options, and the mistakes in their file. */
export interface CompilerSettings {
  readonly options: ts.CompilerOptions;
  readonly errors: readonly ts.Diagnostic[];
}

/**
 * The compiler options of a workspace: those of tsconfig.base.json. A file without `allowImportingTsExtensions` is for another kind of
 * project: it keeps its paths and its strictness, and everything that decides about modules and output is replaced.
 *
 * @param workspaceRoot - absolute; without a tsconfig.base.json, the options are the default ones
 */
export function compilerSettings(workspaceRoot: string): CompilerSettings {
  const types = existsSync(join(workspaceRoot, 'node_modules/@types/node')) ? ['node'] : [];
  const file = join(workspaceRoot, 'tsconfig.base.json');
  if (!existsSync(file)) return { options: { ...ofNode, ...ofEmit, types }, errors: [] };
  const { options, errors } = readSettings(file, workspaceRoot);
  if (options.allowImportingTsExtensions) return { options, errors };
  const { outDir: _, rootDir: __, tsBuildInfoFile: ___, ...kept } = options;
  return { options: { ...kept, ...ofNode, ...ofEmit, types }, errors };
}

/** Reads the options of a file and of those that it extends, and looks for no sources. */
function readSettings(file: string, workspaceRoot: string): CompilerSettings {
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
  if (error) return { options: {}, errors: [error] };
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options, errors } = ts.parseJsonConfigFileContent(config, host, workspaceRoot, {}, file);
  const noInputs = 18003;
  const emptyFiles = 18002;
  return { options, errors: errors.filter(({ code }) => code !== noInputs && code !== emptyFiles) };
}
