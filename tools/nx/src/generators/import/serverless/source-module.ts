import ts from 'typescript';

/** An import, by whatever syntax, of a literal name. */
export interface ModuleImport {
  readonly specifier: string;
  /** True when nothing is imported at run time. */
  readonly isTypeOnly: boolean;
  /** Offsets of the quoted specifier, with its quotes. */
  readonly start: number;
  readonly end: number;
}

/** A replacement of a part of a text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A module, read from its text. */
export interface ParsedModule {
  readonly imports: readonly ModuleImport[];
  /** Marks imports that are used as types only: bundles keep every other import. */
  readonly typeEdits: readonly Edit[];
  /** Offset of the first `import(name)` or `require(name)` of a computed name. */
  readonly computedImport?: number | undefined;
  /** Offset of the first `module.exports` in a module that also imports as ES modules do. */
  readonly mixedExport?: number | undefined;
  /** Offset of the first decorator. */
  readonly decorator?: number | undefined;
}

/** Parses JavaScript or TypeScript. */
export function parseModule(file: string, text: string): ParsedModule {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const isTyped = /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file);
  const used = isTyped ? usedNames(source) : undefined;
  const imports: ModuleImport[] = [];
  let computedImport: number | undefined;
  let decorator: number | undefined;
  const add = (node: ts.Node | undefined, isTypeOnly = false) => {
    if (!node || !ts.isStringLiteralLike(node)) return false;
    imports.push({ specifier: node.text, isTypeOnly, start: node.getStart(source), end: node.end });
    return true;
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypes(node.importClause, used));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && isImportCall(node) && !add(node.arguments[0])) {
      computedImport ??= node.getStart(source);
    } else if (ts.isDecorator(node)) decorator ??= node.getStart(source);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const typeEdits = used ? importDeclarations(source).flatMap((one) => editsOf(one, used, source)) : [];
  return { imports, typeEdits, computedImport, mixedExport: mixedExport(source, used), decorator };
}

/** Compilers to CommonJS take `module.exports` beside `import`. A bundler takes such a module as an ES module without exports. */
function mixedExport(source: ts.SourceFile, used: ReadonlySet<string> | undefined): number | undefined {
  if (importDeclarations(source).every(({ importClause }) => isTypes(importClause, used))) return undefined;
  const assigned = source.statements.find(
    (one) => ts.isExpressionStatement(one) && /^(?:module\.)?exports\b[^=(]*=(?!=)/.test(one.getText(source)),
  );
  return assigned?.getStart(source);
}

/** Tells if it is a call of `import`, `require` or `require.resolve`. */
function isImportCall({ expression, arguments: { length } }: ts.CallExpression): boolean {
  if (length === 0) return false;
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(expression)
    ? expression.text === 'require'
    : expression.getText() === 'require.resolve';
}

/** The imported names that are left when the compiler has removed the types. */
function usedNames({ text, fileName }: ts.SourceFile): ReadonlySet<string> {
  const { outputText } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      ...{ target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.Preserve },
      experimentalDecorators: true,
    },
  });
  const output = ts.createSourceFile('output.jsx', outputText, ts.ScriptTarget.Latest, true);
  return new Set(importDeclarations(output).flatMap(({ importClause }) => namesOf(importClause)));
}

/** True for `import type`, and for an import whose names are all used as types. */
function isTypes(clause: ts.ImportClause | undefined, used: ReadonlySet<string> | undefined): boolean {
  if (!clause) return false;
  const names = namesOf(clause);
  return (
    clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (names.length > 0 && !!used && !names.some((one) => used.has(one)))
  );
}

function importDeclarations(source: ts.SourceFile): ts.ImportDeclaration[] {
  return source.statements.filter(ts.isImportDeclaration);
}

function namesOf(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings;
  const named = !bindings ? [] : ts.isNamespaceImport(bindings) ? [bindings] : [...bindings.elements];
  return [clause, ...named].flatMap((one) => one?.name?.text ?? []);
}

function editsOf(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  used: ReadonlySet<string>,
  source: ts.SourceFile,
): Edit[] {
  if (!importClause || importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const { name, namedBindings } = importClause;
  const at = importClause.getStart(source);
  if (namesOf(importClause).every((one) => used.has(one))) return [];
  if (isTypes(importClause, used)) {
    if (!name || !namedBindings) return [{ start: at, end: at, text: 'type ' }];
    // A type-only import has a default or names, not both.
    const text = `type ${name.text} from ${moduleSpecifier.getText(source)};\nimport type `;
    return [{ start: at, end: namedBindings.getStart(source), text }];
  }
  if (!namedBindings || ts.isNamespaceImport(namedBindings)) return [];
  const edits = namedBindings.elements
    .filter((one) => !one.isTypeOnly && !used.has(one.name.text))
    .map((one) => ({ start: one.getStart(source), end: one.getStart(source), text: 'type ' }));
  if (!name || used.has(name.text)) return edits;
  const inside = namedBindings.getStart(source) + 1;
  return [{ start: at, end: inside, text: `{ type default as ${name.text},` }, ...edits];
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: by }) => edited.slice(0, start) + by + edited.slice(end), text);
}

/** @returns the one-based line of an offset */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
