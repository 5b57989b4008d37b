import type { FieldDef } from 'pg';
import type { CodeType, Kind } from './code-type.ts';
import type { DatabaseType } from './database-type.ts';
import type { SourceStatement } from './find-statements.ts';

/** A described statement, with its types. */
export interface TypedDescription {
  readonly parameters: readonly DatabaseType[];
  readonly columns: readonly {
    readonly name: FieldDef['name'];
    readonly type: DatabaseType;
    /** Undefined when the server does not know. */
    readonly isNullable: boolean | undefined;
  }[];
}

/** Finds the differences between the code and the database. */
export function mistakesIn(
  { values, row }: Pick<SourceStatement, 'values' | 'row'>,
  { parameters, columns }: TypedDescription,
): string[] {
  return [
    ...(values ? mistakesInValues(values, parameters) : []),
    ...(row ? mistakesInRow(row, columns) : []),
  ];
}

function mistakesInValues(values: readonly CodeType[], parameters: readonly DatabaseType[]): string[] {
  if (values.length !== parameters.length) {
    return [`The statement has ${parameters.length} parameters, and the call ${values.length} values.`];
  }
  return values.flatMap((value, index) => {
    const parameter = parameters[index] as DatabaseType;
    return mayBeSent(value, parameter)
      ? []
      : [`$${index + 1} is ${parameter.name}, and the value is ${value.text}.`];
  });
}

function mayBeSent({ kinds, element }: CodeType, type: DatabaseType): boolean {
  const isEach = [...kinds].every((kind) => kind === 'any' || type.sent.has(kind));
  return isEach && (!element || !type.element || mayBeSent(element, type.element));
}

function mistakesInRow(row: ReadonlyMap<string, CodeType>, columns: TypedDescription['columns']): string[] {
  // Of two columns with one name, pg keeps the last.
  const byName = new Map(columns.map((column) => [column.name, column]));
  return [...row].flatMap(([name, code]) => {
    const column = byName.get(name);
    if (!column) {
      return [`There is no column "${name}". There are: ${[...byName.keys()].join(', ') || 'none'}.`];
    }
    const { type, isNullable } = column;
    if (!isGiven(code, type)) {
      return [`"${name}" is ${type.name}, which pg gives as ${describe(type)}. The code says ${code.text}.`];
    }
    return isNullable && !code.isNullable ? [`"${name}" may be null. The code says ${code.text}.`] : [];
  });
}

function isGiven({ kinds, element }: CodeType, type: DatabaseType): boolean {
  if (type.read === 'any') return true;
  // A union may have more than the database gives.
  const isOne = kinds.has('any') || kinds.has(type.read);
  return isOne && (!element || !type.element || isGiven(element, type.element));
}

const words: Readonly<Record<Kind, string>> = {
  string: 'string',
  number: 'number',
  bigint: 'bigint',
  boolean: 'boolean',
  date: 'Date',
  bytes: 'Buffer',
  array: 'array',
  object: 'object',
  any: 'unknown',
};

function describe({ read, element }: DatabaseType): string {
  return read === 'array' && element ? `${describe(element)}[]` : words[read];
}
