/**
 * `node typecheck.ts <project root>`: type-checks one project with the tsconfig.json of its top-level folder.
 *
 * tsc takes either a tsconfig or a list of files, never both; one tsconfig per project would be the alternative.
 */
import { resolve, sep } from 'node:path';
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
const config = ts.getParsedCommandLineOfConfigFile(
  `${root.split('/')[0]}/tsconfig.json`,
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      console.error(ts.formatDiagnostic(diagnostic, format));
      process.exit(1);
    },
  },
);
const files = config?.fileNames.filter((file) => resolve(file).startsWith(resolve(root) + sep)) ?? [];
const program = ts.createProgram(files, config?.options ?? {});
const diagnostics = [...(config?.errors ?? []), ...ts.getPreEmitDiagnostics(program)];
if (diagnostics.length > 0) {
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, format));
  process.exit(1);
}
