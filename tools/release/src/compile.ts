import ts from 'typescript';

/**
 * Compiles the sources of a package to JavaScript, types and maps.
 *
 * TypeScript's `rewriteRelativeImportExtensions` makes `./x.js` of an imported `./x.ts`. The same is done here for its
 * declarations, and for programs that another process or thread starts: `new URL('x.ts', import.meta.url)`.
 *
 * @param files - absolute paths
 * @param sources - folder of the sources, absolute
 * @param out - folder of the output, absolute
 * @param configFile - the tsconfig.json with the compiler's options
 * @throws Error with the diagnostics of the compiler
 */
export function compile(files: readonly string[], sources: string, out: string, configFile: string): void {
  const options: ts.CompilerOptions = {
    ...readOptions(configFile),
    noEmit: false,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    declarationMap: true,
    sourceMap: true,
    rootDir: sources,
    outDir: out,
  };
  const program = ts.createProgram(files, options, hostOf(options));
  const { diagnostics } = program.emit(undefined, undefined, undefined, false, {
    before: [(context) => (file) => rewriteSource(file, context)],
    afterDeclarations: [
      (context) => (file) => (ts.isSourceFile(file) ? rewriteDeclaration(file, context) : file),
    ],
  });
  // Imported packages are checked when they are compiled.
  const mistakes = ts.sortAndDeduplicateDiagnostics([
    ...files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))),
    ...diagnostics,
  ]);
  if (mistakes.length > 0) throw new Error(ts.formatDiagnostics(mistakes, diagnosticsHost));
}

const parsed = new Map<string, ts.SourceFile>();

/** Packages import each other and the same libraries: each file is parsed once. */
function hostOf(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    getSourceFile: (file, ...args) => {
      const source = parsed.get(file) ?? host.getSourceFile(file, ...args);
      if (source) parsed.set(file, source);
      return source;
    },
  };
}

const diagnosticsHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (file) => file,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

function readOptions(configFile: string): ts.CompilerOptions {
  const config = ts.getParsedCommandLineOfConfigFile(
    configFile,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.formatDiagnostics([diagnostic], diagnosticsHost));
      },
    },
  );
  if (!config) throw new Error(`${configFile} cannot be read.`);
  return config.options;
}

/** The files that programs are: `new URL('host.ts', import.meta.url)`. */
function rewriteSource(file: ts.SourceFile, context: ts.TransformationContext): ts.SourceFile {
  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, context);
    if (!ts.isNewExpression(visited) || !isUrlBesideModule(visited)) return visited;
    const [path, base] = visited.arguments as ts.NodeArray<ts.Expression>;
    const compiled = context.factory.createStringLiteral(compiledPath((path as ts.StringLiteral).text), true);
    return context.factory.updateNewExpression(visited, visited.expression, undefined, [
      compiled,
      base as ts.Expression,
    ]);
  };
  return ts.visitNode(file, visit, ts.isSourceFile);
}

function isUrlBesideModule({ expression, arguments: args = [] as never }: ts.NewExpression): boolean {
  const [path, base] = args;
  return (
    ts.isIdentifier(expression) &&
    expression.text === 'URL' &&
    path !== undefined &&
    ts.isStringLiteral(path) &&
    base !== undefined &&
    ts.isPropertyAccessExpression(base) &&
    ts.isMetaProperty(base.expression) &&
    base.name.text === 'url'
  );
}

function rewriteDeclaration(file: ts.SourceFile, context: ts.TransformationContext): ts.SourceFile {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isStringLiteral(node) && isSpecifier(node) && node.text.startsWith('.')) {
      return context.factory.createStringLiteral(compiledPath(node.text), true);
    }
    return ts.visitEachChild(node, visit, context);
  };
  return ts.visitNode(file, visit, ts.isSourceFile);
}

/** Tells if a string names a module, in an import, an export or an `import()` type. */
function isSpecifier(node: ts.StringLiteral): boolean {
  const { parent } = node;
  // Nodes that the compiler made have no parent: they are `import()` types.
  if (parent === undefined) return /^\.{1,2}\//.test(node.text);
  if (ts.isLiteralTypeNode(parent)) return parent.parent === undefined || ts.isImportTypeNode(parent.parent);
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent);
}

function compiledPath(path: string): string {
  return path.replace(/(?<!\.d)\.ts$/, '.js');
}
