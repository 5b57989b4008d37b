import { relative } from 'node:path';
import { UsageError } from '@nanoservices/model';
import ts from 'typescript';
import { type CodeType, codeTypeOf } from './code-type.ts';
import { textsOf } from './sql-text.ts';

/** A call in the sources that runs SQL. */
export interface SourceStatement {
  /** `libs/storage/src/orders.ts:12:5` */
  readonly place: string;
  /** Its texts: several where a condition decides. Undefined when the source does not tell. */
  readonly texts: readonly string[] | undefined;
  /** Types of its values; undefined when their number is not known. */
  readonly values: readonly CodeType[] | undefined;
  /** Types of its columns, by name; undefined when the code does not say. */
  readonly row: ReadonlyMap<string, CodeType> | undefined;
}

/** The package whose functions run statements. */
const packageName = '@nanoservices/postgres';

/**
 * Finds all calls of `read`, of the `query` of a transaction, and of whatever else has the type `Query`.
 *
 * @param workspaceRoot - absolute
 * @param files - absolute
 * @throws UsageError when a file imports the package, and it is not installed
 */
export function findStatements(
  workspaceRoot: string,
  files: readonly string[],
  options: ts.CompilerOptions,
): readonly SourceStatement[] {
  const program = ts.createProgram({ rootNames: files, options: { ...options, noEmit: true } });
  const checker = program.getTypeChecker();
  const query = queryTypeOf(program, checker, files);
  if (!query) return [];
  const found: SourceStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isQuery(checker.getTypeAtLocation(node.expression), query)) {
      found.push(statementOf(node, checker, workspaceRoot));
    }
    node.forEachChild(visit);
  };
  const own = query.declarations?.[0]?.getSourceFile();
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (source && source !== own) visit(source);
  }
  return found;
}

function isQuery(type: ts.Type, query: ts.Symbol): boolean {
  return type.aliasSymbol === query;
}

/** @returns the type `Query`; undefined when no file imports its package. @throws UsageError when that is not installed */
function queryTypeOf(
  program: ts.Program,
  checker: ts.TypeChecker,
  files: readonly string[],
): ts.Symbol | undefined {
  const isOfPackage = (node: ts.Node): node is ts.ImportDeclaration =>
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    node.moduleSpecifier.text === packageName;
  for (const source of program.getSourceFiles()) {
    const declaration = source.statements.find(isOfPackage);
    const module = declaration && checker.getSymbolAtLocation(declaration.moduleSpecifier);
    if (declaration && !module && files.includes(source.fileName)) {
      throw new UsageError(
        `${source.fileName}: ${packageName} is not installed, so that its statements are not known. Install it: npm install`,
      );
    }
    const exported = module && checker.getExportsOfModule(module).find(({ name }) => name === 'Query');
    if (exported)
      return exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  }
  return undefined;
}

function statementOf(
  call: ts.CallExpression,
  checker: ts.TypeChecker,
  workspaceRoot: string,
): SourceStatement {
  const [sql, values] = call.arguments;
  const source = call.getSourceFile();
  const { line, character } = source.getLineAndCharacterOfPosition((sql ?? call).getStart());
  return {
    place: `${relative(workspaceRoot, source.fileName)}:${line + 1}:${character + 1}`,
    texts: sql && textsOf(sql, checker),
    values: valuesOf(values, checker),
    row: rowOf(call, checker),
  };
}

function valuesOf(node: ts.Expression | undefined, checker: ts.TypeChecker): CodeType[] | undefined {
  if (!node) return [];
  if (ts.isArrayLiteralExpression(node)) {
    if (node.elements.some(ts.isSpreadElement)) return undefined;
    return node.elements.map((element) => codeTypeOf(checker.getTypeAtLocation(element), checker, element));
  }
  const type = checker.getTypeAtLocation(node);
  if (!checker.isTupleType(type)) return undefined;
  // The number of values of a rest element or an optional one is not known.
  const { combinedFlags } = (type as ts.TupleTypeReference).target;
  if (combinedFlags & (ts.ElementFlags.Variable | ts.ElementFlags.Optional)) return undefined;
  return checker.getTypeArguments(type as ts.TypeReference).map((one) => codeTypeOf(one, checker, node));
}

/** The type argument, or what the compiler takes for it: `Promise<Row[]>` is what the call gives. */
function rowOf(call: ts.CallExpression, checker: ts.TypeChecker): ReadonlyMap<string, CodeType> | undefined {
  const rows = checker.getAwaitedType(checker.getTypeAtLocation(call));
  const row = rows && checker.getIndexTypeOfType(rows, ts.IndexKind.Number);
  if (!row || !(row.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return undefined;
  const columns = row
    .getProperties()
    // An optional property may have no column.
    .filter(({ flags }) => !(flags & ts.SymbolFlags.Optional))
    .map((property) => {
      const type = checker.getTypeOfSymbolAtLocation(property, call);
      return [property.name, codeTypeOf(type, checker, call)] as const;
    });
  return new Map(columns);
}
