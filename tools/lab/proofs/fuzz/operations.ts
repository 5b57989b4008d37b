/** An OpenAPI document, as far as the fuzzers read it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly name: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: { readonly examples?: readonly unknown[] };
}

export interface Operation extends DocumentedOperation {
  readonly method: string;
  readonly path: string;
  /** The example of its body; undefined without a body. */
  readonly body: unknown;
}

/** The operations that tell what they answer: those of plain handlers do not. */
export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { responses }]) => !('default' in responses))
      .map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path,
        body: operation.requestBody?.content['application/json']?.example,
      })),
  );
}

/** The parameters of an operation in one place, such as its path. */
export function parametersIn({ parameters = [] }: Operation, place: Parameter['in']): Parameter[] {
  return parameters.filter((parameter) => parameter.in === place);
}
