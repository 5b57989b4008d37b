/**
 * `node typecheck.ts <project root>`: type-checks one project with the tsconfig.json of the nearest folder below the workspace root that
 * has one, or with the options of the workspace.
 *
 * tsc takes either a tsconfig or a list of files, never both; one tsconfig per project would be the alternative.
 */
import { existsSync, globSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { type CompilerSettings, compilerSettings } from '@nanoservices/api/compiler-options';
import ts from 'typescript';

const [root] = process.argv.slice(2);
if (!root) {
  console.error('Usage: node typecheck.ts <project root>, from the workspace root');
  process.exit(2);
}

const format: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (file) => file,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => ts.sys.newLine,
};
const settings = settingsFile(root);
const { files, options, errors } = settings ? configured(settings, root) : unconfigured(root);
const program = ts.createProgram(files, options);
const diagnostics = [...errors, ...ts.getPreEmitDiagnostics(program)];
if (diagnostics.length > 0) {
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, format));
  process.exit(1);
}

/** @returns the tsconfig.json of the folder, or of one above it; undefined when only the workspace root may have one */
function settingsFile(folder: string): string | undefined {
  // The root's tsconfig.json belongs to the rest of the workspace, and often lists nothing but references.
  if (folder === '.') return undefined;
  const file = join(folder, 'tsconfig.json');
  return existsSync(file) ? file : settingsFile(dirname(folder));
}

interface Checked extends CompilerSettings {
  readonly files: readonly string[];
}

function configured(file: string, root: string): Checked {
  const config = ts.getParsedCommandLineOfConfigFile(
    file,
    // Node runs the sources as they are: they import each other as `./contract.ts`.
    { noEmit: true, allowImportingTsExtensions: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        console.error(ts.formatDiagnostic(diagnostic, format));
        process.exit(1);
      },
    },
  );
  const files = (config?.fileNames ?? []).filter((one) => resolve(one).startsWith(resolve(root) + sep));
  return { files, options: config?.options ?? {}, errors: config?.errors ?? [] };
}

function unconfigured(root: string): Checked {
  const files = globSync('**/*.ts', { cwd: root, exclude: ['**/node_modules', '**/dist'] });
  return { files: files.map((file) => join(root, file)), ...compilerSettings(process.cwd()) };
}
