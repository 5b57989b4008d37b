import { join } from 'node:path';
import ts from 'typescript';

/** The type errors in the functions of a workspace, and in everything they import. */
export function typeErrors(workspaceRoot: string): string[] {
  const folder = join(workspaceRoot, 'functions');
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  if (fileNames.length === 0) throw new Error(`${folder} has no TypeScript files.`);
  return ts
    .getPreEmitDiagnostics(ts.createProgram(fileNames, options))
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}
