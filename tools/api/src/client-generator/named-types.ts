/** A type of the client: its name, and its text in TypeScript. */
export interface NamedType {
  readonly name: string;
  readonly text: string;
}

/** Names in the client's module. A type of a schema with such a name stays without it. */
const taken = [
  ...[
    'Client',
    'ClientOptions',
    'CallOptions',
    'NetworkError',
    'ProblemDetails',
    'ProblemError',
    'ProblemType',
  ],
  ...['AbortSignal', 'Array', 'Promise', 'Record'],
];

/**
 * Names types: in the texts of operations, an object that a schema describes is replaced by the schema's name. Two types with
 * the same text are the same type, so a name changes nothing but what a reader sees.
 *
 * @param schemas - types of the application's schemas, spelled out
 * @param operations - types of requests and responses, spelled out
 * @returns the types of the schemas that are used, by name, and then those of the operations
 */
export function namedTypes(schemas: readonly NamedType[], operations: readonly NamedType[]): NamedType[] {
  const reserved = new Set([...taken, ...operations.map(({ name }) => name)]);
  const objects = new Map<string, NamedType>();
  for (const schema of schemas.toSorted(byName)) {
    if (isObject(schema.text) && !reserved.has(schema.name) && !objects.has(schema.text)) {
      objects.set(schema.text, schema);
    }
  }
  // An object may contain another: the longer text is replaced first.
  const candidates = [...objects.values()].toSorted((a, b) => b.text.length - a.text.length);
  const used = new Set<NamedType>();
  const replaced = (type: NamedType): NamedType => {
    let { text } = type;
    for (const candidate of candidates) {
      if (candidate === type || !text.includes(candidate.text)) continue;
      text = text.replaceAll(candidate.text, candidate.name);
      used.add(candidate);
    }
    return { ...type, text };
  };
  const done = operations.map(replaced);
  const named: NamedType[] = [];
  // A schema that is used may use another one: a set visits what is added meanwhile.
  for (const one of used) named.push(replaced(one));
  return [...named.toSorted(byName), ...done];
}

function byName(a: NamedType, b: NamedType): number {
  return a.name < b.name ? -1 : 1;
}

/** One object type with members: no union, no list, and not the empty one, which any object is. */
function isObject(text: string): boolean {
  if (!text.startsWith('{ ') || !text.endsWith('}')) return false;
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === '{') depth++;
    else if (character === '}') depth--;
    if (depth === 0) return index === text.length - 1;
  }
  return false;
}
