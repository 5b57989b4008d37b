import ts from 'typescript';

/** A kind of value in JavaScript, as far as `pg` makes or takes it. */
export type Kind = 'string' | 'number' | 'bigint' | 'boolean' | 'date' | 'bytes' | 'array' | 'object' | 'any';

/** Type of a value in the code: the part of a TypeScript type that PostgreSQL can confirm or refute. */
export interface CodeType {
  /** Text of the compiler. */
  readonly text: string;
  /** The kinds that it may have. Empty for null alone. */
  readonly kinds: ReadonlySet<Kind>;
  /** True when it may be null. */
  readonly isNullable: boolean;
  /** Elements of an array. */
  readonly element?: CodeType;
}

/** @param at - a node for messages and contextual types */
export function codeTypeOf(type: ts.Type, checker: ts.TypeChecker, at: ts.Node): CodeType {
  const parts = type.isUnion() ? type.types : [type];
  const kinds = new Set<Kind>();
  let isNullable = false;
  let element: CodeType | undefined;
  for (const part of parts) {
    if (part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void)) {
      isNullable = true;
      continue;
    }
    const kind = kindOf(part, checker);
    kinds.add(kind);
    if (kind !== 'array') continue;
    const elements = checker.getIndexTypeOfType(part, ts.IndexKind.Number);
    if (elements) element = codeTypeOf(elements, checker, at);
  }
  const text = checker.typeToString(type, at, ts.TypeFormatFlags.NoTruncation);
  return { text, kinds, isNullable: isNullable || kinds.has('any'), ...(element && { element }) };
}

const simple: readonly (readonly [ts.TypeFlags, Kind])[] = [
  [ts.TypeFlags.StringLike, 'string'],
  [ts.TypeFlags.NumberLike, 'number'],
  [ts.TypeFlags.BigIntLike, 'bigint'],
  [ts.TypeFlags.BooleanLike, 'boolean'],
];

function kindOf(type: ts.Type, checker: ts.TypeChecker): Kind {
  // A brand is an intersection: string & { [brand]: 'OrderId' }.
  if (type.isIntersection()) {
    const kinds = type.types.map((part) => kindOf(part, checker));
    return kinds.find((kind) => kind !== 'object') ?? 'object';
  }
  if (type.flags & ts.TypeFlags.TypeParameter) return 'any';
  const found = simple.find(([flag]) => type.flags & flag);
  if (found) return found[1];
  if (!(type.flags & ts.TypeFlags.Object)) return 'any';
  if (checker.isArrayLikeType(type)) return 'array';
  return classKind(type);
}

/** Buffer extends Uint8Array, under whatever type parameters. */
function classKind(type: ts.Type): Kind {
  const name = type.getSymbol()?.name;
  if (name === 'Date') return 'date';
  return name === 'Buffer' || name === 'Uint8Array' ? 'bytes' : 'object';
}
