import ts from 'typescript';

/** The most texts that one expression may stand for. */
const most = 16;

/**
 * The texts that an expression may have, as far as the source tells: literals, templates and sums of them, constants, and both
 * branches of a condition.
 *
 * @returns undefined when the source does not tell
 */
export function textsOf(expression: ts.Expression, checker: ts.TypeChecker): readonly string[] | undefined {
  const texts = evaluate(expression, checker);
  return texts && texts.length <= most ? texts : undefined;
}

function evaluate(node: ts.Expression, checker: ts.TypeChecker): readonly string[] | undefined {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [node.text];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return textsOf(node.expression, checker);
  }
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly string[] | undefined>(
      (texts, { expression, literal }) =>
        sum(
          texts,
          textsOf(expression, checker)?.map((text) => text + literal.text),
        ),
      [node.head.text],
    );
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return sum(textsOf(node.left, checker), textsOf(node.right, checker));
  }
  if (ts.isConditionalExpression(node)) {
    const [one, other] = [textsOf(node.whenTrue, checker), textsOf(node.whenFalse, checker)];
    return one && other && [...one, ...other];
  }
  return constantOf(node, checker);
}

function sum(
  starts: readonly string[] | undefined,
  ends: readonly string[] | undefined,
): readonly string[] | undefined {
  const texts = ends && starts?.flatMap((start) => ends.map((end) => start + end));
  return texts && texts.length <= most ? texts : undefined;
}

/** The value of a constant: its initializer, or what its type says. */
function constantOf(node: ts.Expression, checker: ts.TypeChecker): readonly string[] | undefined {
  const declaration = ts.isIdentifier(node) ? declarationOf(node, checker) : undefined;
  const isConstant =
    declaration !== undefined && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  if (isConstant && declaration.initializer) {
    const texts = textsOf(declaration.initializer, checker);
    if (texts) return texts;
  }
  const type = checker.getTypeAtLocation(node);
  const literals = type.isUnion() ? type.types : [type];
  return literals.every((one) => one.isStringLiteral() || one.isNumberLiteral())
    ? literals.map(({ value }) => `${value}`)
    : undefined;
}

function declarationOf(node: ts.Identifier, checker: ts.TypeChecker): ts.VariableDeclaration | undefined {
  const symbol = checker.getSymbolAtLocation(node);
  const origin = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = origin?.valueDeclaration;
  return declaration && ts.isVariableDeclaration(declaration) ? declaration : undefined;
}
