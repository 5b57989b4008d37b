import * as z from 'zod';

/**
 * The keys that a schema knows at a place, for a message about one that it does not know.
 *
 * @param path - keys and indexes from the root to an object
 */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  // A refinement has no JSON Schema, and no keys.
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const found = path.reduce<Node[]>((nodes, key) => nodes.flatMap((node) => childrenOf(node, key)), [root]);
  const keys = found.flatMap(alternatives).flatMap(({ properties = {} }) => Object.keys(properties));
  return [...new Set(keys)].filter((key) => key !== '$schema');
}

type Node = z.core.JSONSchema.BaseSchema;

function childrenOf(node: Node, key: PropertyKey): Node[] {
  return alternatives(node).flatMap(({ properties = {}, additionalProperties, items }) =>
    [properties[String(key)] ?? additionalProperties, typeof key === 'number' && items].filter(isNode),
  );
}

/** The members of a union, or the schema itself. */
function alternatives(node: Node): Node[] {
  return node.anyOf && !node.properties ? node.anyOf.filter(isNode).flatMap(alternatives) : [node];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
