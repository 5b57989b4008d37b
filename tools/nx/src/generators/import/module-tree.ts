import ts from 'typescript';
import type { SourceValue } from './source-value.ts';

export function isModule(file: string): boolean {
  return /\.[cm]?[jt]s$/.test(file);
}

/** The object that a module exports as its only value, with lines, as far as it is written out in the module. */
export function moduleTree(file: string, text: string): SourceValue {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return sourceValue(source, exported(source));
}

function sourceValue(source: ts.SourceFile, node: ts.Expression | undefined): SourceValue {
  const value = node && unwrapped(source, node);
  const found = (at: ts.Node, expression: ts.Expression) => ({
    line: source.getLineAndCharacterOfPosition(at.getStart(source)).line + 1,
    value: sourceValue(source, expression),
  });
  return {
    ...(value && ts.isStringLiteralLike(value) && { text: value.text }),
    entry(key) {
      if (value && ts.isArrayLiteralExpression(value)) {
        const item = value.elements[Number(key)];
        return item && found(item, item);
      }
      if (!value || !ts.isObjectLiteralExpression(value)) return undefined;
      for (const property of value.properties) {
        if (!property.name || nameOf(property.name) !== key) continue;
        if (ts.isPropertyAssignment(property)) return found(property, property.initializer);
        if (ts.isShorthandPropertyAssignment(property)) return found(property, property.name);
      }
      return undefined;
    },
  };
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : name.getText();
}

/** Follows the name of a constant, and leaves out what is for the types: `({ … } as const) satisfies AWS`. */
function unwrapped(source: ts.SourceFile, node: ts.Expression): ts.Expression {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
    return unwrapped(source, node.expression);
  }
  if (!ts.isIdentifier(node)) return node;
  const declared = source.statements
    .flatMap((one) => (ts.isVariableStatement(one) ? [...one.declarationList.declarations] : []))
    .find(({ name }) => ts.isIdentifier(name) && name.text === node.text);
  const value = declared?.initializer;
  return value && !ts.isIdentifier(value) ? unwrapped(source, value) : node;
}

/** `export default …`, `export = …` or `module.exports = …` */
function exported(source: ts.SourceFile): ts.Expression | undefined {
  for (const one of source.statements) {
    if (ts.isExportAssignment(one)) return one.expression;
    if (!ts.isExpressionStatement(one) || !ts.isBinaryExpression(one.expression)) continue;
    const { left, right } = one.expression;
    if (left.getText(source) === 'module.exports') return right;
  }
  return undefined;
}
