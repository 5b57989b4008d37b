import { sample } from 'openapi-sampler';
import ts from 'typescript';
import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import type { Operation } from './operations.ts';
import { type Parameter, shapeOf } from './parameters.ts';
import type { SchemaExport } from './schema-source.ts';

/** A request that a contract accepts. Parts that it does not need are absent. */
export type RequestSample = Readonly<Record<string, unknown>>;

/** Texts that schemas of identifiers usually accept. */
const usualTexts = ['one', '1', '01980000-0000-7000-8000-000000000001', 'a@example.com', '2026-01-01'];

const parts = { params: 'path', query: 'query', headers: 'header', cookies: 'cookie' } as const;

/** Makes requests that contracts accept, from a document's examples and schemas. */
export class Samples {
  readonly #document: Json;
  readonly #names: readonly string[];
  readonly #schemas: readonly unknown[];

  /** @param exports - the schemas that the source code of operations names */
  constructor(exports: readonly SchemaExport[], document: Json) {
    this.#document = document;
    this.#names = exports.map(({ name }) => name);
    const declarations = exports.map(({ name, source }) => `const ${name} = ${source};`);
    this.#schemas = run(`${declarations.join('\n')}\nreturn [${this.#names.join(', ')}];`, ['z'], [z]);
  }

  /** @returns undefined when no request of the operation is known that its contract accepts */
  requestOf({ parameters, body }: Operation): RequestSample | undefined {
    const found: Record<string, unknown> = {};
    for (const [part, place] of Object.entries(parts)) {
      const needed = parameters.filter((one) => one.in === place && one.isRequired);
      if (needed.length === 0) continue;
      const values = needed.map((one) => [one.name, this.#valueOf(one)] as const);
      if (values.some(([, value]) => value === undefined)) return undefined;
      found[part] = Object.fromEntries(values);
    }
    if (!body || this.#firstAccepted(body.source, [undefined]).length > 0) return found;
    const [value] = this.#firstAccepted(body.source, [this.#sampleOf(body.schema)]);
    return value === undefined ? undefined : { ...found, body: value };
  }

  #valueOf({ source, schema, example }: Parameter): unknown {
    const wanted = [example, this.#sampleOf(schema)].filter((one) => one !== undefined && one !== null);
    const texts = wanted.map((one) => (Array.isArray(one) ? one.map(String) : String(one)));
    return this.#firstAccepted(source, [...texts.filter((one) => one !== ''), ...usualTexts])[0];
  }

  #sampleOf(schema: Json): unknown {
    try {
      return sample(schema, { skipReadOnly: true, quiet: true }, this.#document);
    } catch {
      // A schema that contradicts itself has no sample.
      return undefined;
    }
  }

  /** Runs the source code that will be written. @returns at most one value */
  #firstAccepted(source: string, values: readonly unknown[]): unknown[] {
    const schema = run<z.ZodMiniType>(`return ${source};`, ['z', ...this.#names], [z, ...this.#schemas]);
    return values.filter((value) => schema.safeParse(value).success).slice(0, 1);
  }
}

function run<Result>(code: string, names: readonly string[], values: readonly unknown[]): Result {
  const script = ts.transpile(code, { target: ts.ScriptTarget.ESNext });
  return new Function(...names, script)(...values);
}

/** The parts of a contract, as source code. */
export function contractParts({ parameters, body }: Operation): Readonly<Record<string, string>> {
  const of = (place: Parameter['in']) => parameters.filter((one) => one.in === place);
  const parts: [string, string | undefined][] = [
    ['params', of('path').length > 0 ? shapeOf('z.strictObject', of('path')) : undefined],
    ['query', of('query').length > 0 ? shapeOf('z.strictObject', of('query')) : undefined],
    ['headers', of('header').length > 0 ? shapeOf('z.object', of('header')) : undefined],
    ['cookies', of('cookie').length > 0 ? shapeOf('z.object', of('cookie')) : undefined],
    ['body', body?.source],
  ];
  return Object.fromEntries(parts.filter((part): part is [string, string] => part[1] !== undefined));
}
