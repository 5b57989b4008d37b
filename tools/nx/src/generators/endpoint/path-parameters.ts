import { importSchemas, type Workspace } from '@nanoservices/model';
import { type $ZodType, safeParse } from 'zod/v4/core';

/** A parameter of a path. */
export interface PathParameter {
  readonly name: string;
  /** The code of its schema: the name of an export, or `z.string()`. */
  readonly schema: string;
  /** The application's schema for it: `OrderId` for `orderId`. */
  readonly exportName?: string | undefined;
  /** A value that the schema accepts: a number where the schema makes one of the path's text. */
  readonly sample: string | number;
  /** The application's schema that was not taken, because no sample of it is known. */
  readonly withoutSample?: string | undefined;
}

/** Values that schemas of identifiers usually accept. */
const usualSamples = ['one', '01980000-0000-7000-8000-000000000001', '1', 'a@example.com', '2026-01-01'];

/**
 * The parameters of a path. A parameter whose name, with a capital, is that of a schema which the application's schema
 * package exports has that schema, if a sample is known for its spec.
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
    const text = { name, schema: 'z.string()', sample: 'one' };
    if (!isSchema(schema)) return text;
    const sample = sampleOf(schema, examples);
    if (sample === undefined) return { ...text, withoutSample: exportName };
    return { name, schema: exportName, exportName, sample };
  });
}

/** A value that a path can have, and the schema accepts and leaves as it is; undefined when none is known. */
function sampleOf(schema: $ZodType, examples: readonly unknown[]): string | number | undefined {
  for (const text of [...examples.map(String), ...usualSamples]) {
    const { data } = safeParse(schema, text);
    // The handler responds with what the schema makes of the text: the spec expects the sample there.
    if ((typeof data === 'string' || typeof data === 'number') && String(data) === text) return data;
  }
  return undefined;
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}
