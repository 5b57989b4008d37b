import ts from 'typescript';

/** A handler that a module exports, as far as its syntax shows. */
export interface ExportedHandler {
  /** True for an ES module that has no such export. */
  readonly isMissing: boolean;
  /** True for a module whose exports only run-time code sets: `module.exports`. */
  readonly isCommonJs: boolean;
  /** True when it has a third parameter: it answers by a callback. */
  readonly hasCallback: boolean;
}

/**
 * Finds the function that a module exports by a name: `exports.list = …`, `module.exports = { list }`, `export const list = …`,
 * `export function list`, `export { handle as list }`.
 */
export function exportedHandler(file: string, text: string, name: string): ExportedHandler {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = exportsOf(source).get(name);
  const handler = found && functionOf(source, found);
  const names = source.statements.flatMap((one) => (isExport(one) ? exportedNames(one) : []));
  return {
    // An ES module names its exports, but for those that it hands on all at once.
    isMissing: names.length > 0 && !names.includes(name) && !names.includes('*'),
    isCommonJs: names.length === 0,
    hasCallback: handler !== undefined && handler.parameters.length > 2,
  };
}

function isExport(node: ts.Statement): boolean {
  return (
    ts.isExportDeclaration(node) ||
    ts.isExportAssignment(node) ||
    (ts.canHaveModifiers(node) && !!node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
  );
}

function exportedNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  if (ts.isExportDeclaration(node)) {
    const clause = node.exportClause;
    return clause && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : ['*'];
  }
  // `export =` is an object with any names.
  if (ts.isExportAssignment(node)) return [node.isExportEquals ? '*' : 'default'];
  if (!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) return [];
  const isDefault = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  return [isDefault ? 'default' : (node.name?.text ?? '')];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : boundNames(one.name)));
}

type Exported = ts.Expression | ts.FunctionDeclaration;

function exportsOf(source: ts.SourceFile): Map<string, Exported> {
  const found = new Map<string, Exported>();
  for (const one of source.statements) {
    if (ts.isFunctionDeclaration(one) && isExport(one) && one.name) found.set(one.name.text, one);
    else if (ts.isVariableStatement(one) && isExport(one)) {
      for (const { name, initializer } of one.declarationList.declarations) {
        if (ts.isIdentifier(name) && initializer) found.set(name.text, initializer);
      }
    } else if (ts.isExportDeclaration(one) && !one.moduleSpecifier && one.exportClause) {
      if (!ts.isNamedExports(one.exportClause)) continue;
      for (const { name, propertyName } of one.exportClause.elements) {
        const local = propertyName ?? name;
        if (ts.isIdentifier(local)) found.set(name.text, local);
      }
    } else if (ts.isExpressionStatement(one)) addAssigned(found, one.expression);
  }
  return found;
}

/** `exports.list = module.exports.all = …`, or `module.exports = { list, all: … }` */
function addAssigned(found: Map<string, Exported>, node: ts.Expression): void {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
  const [, name] = /^(?:module\.)?exports\.(\w+)$/.exec(node.left.getText()) ?? [];
  let value = node.right;
  addAssigned(found, value);
  while (ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    value = value.right;
  if (name !== undefined) found.set(name, value);
  if (node.left.getText() !== 'module.exports' || !ts.isObjectLiteralExpression(value)) return;
  for (const property of value.properties) {
    if (!property.name || !ts.isIdentifier(property.name)) continue;
    if (ts.isShorthandPropertyAssignment(property)) found.set(property.name.text, property.name);
    if (ts.isPropertyAssignment(property)) found.set(property.name.text, property.initializer);
  }
}

/** Follows the names of constants to a function. */
function functionOf(
  source: ts.SourceFile,
  node: Exported,
  steps = 0,
): ts.FunctionLikeDeclaration | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return node;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return functionOf(source, node.expression, steps);
  }
  if (!ts.isIdentifier(node) || steps > 10) return undefined;
  for (const one of source.statements) {
    if (ts.isFunctionDeclaration(one) && one.name?.text === node.text) return one;
    if (!ts.isVariableStatement(one)) continue;
    const declared = one.declarationList.declarations.find(
      ({ name }) => ts.isIdentifier(name) && name.text === node.text,
    );
    if (declared?.initializer) return functionOf(source, declared.initializer, steps + 1);
  }
  return undefined;
}
