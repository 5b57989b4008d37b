/**
 * `node typecheck.ts <project root>`: type-checks one project with the tsconfig.json of the nearest folder that has one, or
 * with tsconfig.base.json.
 *
 * tsc takes either a tsconfig or a list of files, never both; one tsconfig per project would be the alternative.
 */
import { existsSync, globSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
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
const config = ts.getParsedCommandLineOfConfigFile(
  settings,
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
const files = settings.endsWith('tsconfig.json')
  ? (config?.fileNames ?? []).filter((file) => resolve(file).startsWith(resolve(root) + sep))
  : globSync('**/*.ts', { cwd: root, exclude: ['**/node_modules', '**/dist'] }).map((file) =>
      join(root, file),
    );
const program = ts.createProgram(files, config?.options ?? {});
const diagnostics = [...(config?.errors ?? []), ...ts.getPreEmitDiagnostics(program)];
if (diagnostics.length > 0) {
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, format));
  process.exit(1);
}

/** @returns the tsconfig.json of the folder, or of one above it; tsconfig.base.json where there is none */
function settingsFile(folder: string): string {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return file;
  return folder === '.' ? 'tsconfig.base.json' : settingsFile(dirname(folder));
}
