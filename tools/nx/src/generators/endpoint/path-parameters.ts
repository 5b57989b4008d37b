import { importSchemas, type Workspace } from '@nanoservices/model';
import { type $ZodType, safeParse } from 'zod/v4/core';

/** A parameter of a path. */
export interface PathParameter {
  readonly name: string;
  /** The code of its schema: the name of an export, or `z.string()`. */
  readonly schema: string;
  /** The application's schema for it: `OrderId` for `orderId`. */
  readonly exportName?: string | undefined;
  /** A value that the schema accepts. */
  readonly sample: string;
}

/** Values that schemas of identifiers usually accept. */
const usualSamples = ['one', '01980000-0000-7000-8000-000000000001', '1', 'a@example.com', '2026-01-01'];

/**
 * The parameters of a path. A parameter whose name, with a capital, is that of a schema which the application's schema
 * package exports has that schema.
 */
export async function pathParameters(
  path: string,
  { root, schemas, documentation }: Pick<Workspace, 'root' | 'schemas' | 'documentation'>,
): Promise<PathParameter[]> {
  const exported = schemas ? await importSchemas(root, schemas) : {};
  const { keywords } = await documentation();
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => {
    const name = parameter as string;
    const exportName = name.charAt(0).toUpperCase() + name.slice(1);
    const schema = exported[exportName];
    const { examples = [] } = (keywords[exportName] ?? {}) as { examples?: readonly unknown[] };
    const sample = isSchema(schema) ? sampleOf(schema, examples) : undefined;
    if (sample === undefined) return { name, schema: 'z.string()', sample: 'one' };
    return { name, schema: exportName, exportName, sample };
  });
}

/** A value that the schema accepts and a path can have; undefined when none is known. */
function sampleOf(schema: $ZodType, examples: readonly unknown[]): string | undefined {
  const texts = [...examples.map(String), ...usualSamples];
  return texts.find((text) => safeParse(schema, text).success);
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
