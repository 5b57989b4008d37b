import type { Schema } from './json-schema.ts';
import { schemaChanges } from './schema-changes.ts';

/** An operation of an OpenAPI document, as {@link openApiDocument} makes it. */
export interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Response {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

/** An operation, and the document that it is in. */
export interface DocumentedOperation {
  readonly operation: Operation;
  readonly root: unknown;
}

/** Changes of an operation that break those who know it as it was. */
export interface OperationChanges {
  /** Changes of access, parameters and body. */
  readonly request: readonly string[];
  /** Changes of successful responses. */
  readonly response: readonly string[];
}

/** Finds the changes of an operation that break its clients. */
export function operationChanges(before: DocumentedOperation, after: DocumentedOperation): OperationChanges {
  return {
    request: [
      ...accessChanges(before.operation, after.operation),
      ...parameterChanges(before, after),
      ...bodyChanges(before, after),
    ],
    response: responseChanges(before, after),
  };
}

function accessChanges(before: Operation, after: Operation): string[] {
  const [had, has] = [before, after].map(({ security: [scheme] = [] }) => scheme && Object.values(scheme)[0]);
  if (!has) return [];
  if (!had) return [`it wants a token now${has.length > 0 ? ` with the scope ${has.join(' ')}` : ''}`];
  const added = has.filter((scope) => !had.includes(scope));
  return added.length > 0 ? [`it wants the scope ${added.join(' ')} now`] : [];
}

function parameterChanges(before: DocumentedOperation, after: DocumentedOperation): string[] {
  const [had = [], has = []] = [before, after].map(({ operation }) => operation.parameters ?? []);
  const same = (one: Parameter) => (other: Parameter) => one.in === other.in && one.name === other.name;
  const place = (one: Parameter) => `${one.in}.${one.name}`;
  const added = has.filter((one) => one.required && !had.some(same(one)));
  const changed = had.flatMap((one) => {
    const other = has.find(same(one));
    // Undeclared headers and cookies are ignored, and all other undeclared parameters are refused.
    if (!other) return ['header', 'cookie'].includes(one.in) ? [] : [`${place(one)} is refused now`];
    return [
      ...(other.required && !one.required ? [`${place(one)} is required now`] : []),
      ...schemaChanges(
        { schema: one.schema ?? true, root: before.root },
        { schema: other.schema ?? true, root: after.root },
        'request',
        place(one),
      ),
    ];
  });
  return [...added.map((one) => `${place(one)} is required now`), ...changed];
}

function bodyChanges(before: DocumentedOperation, after: DocumentedOperation): string[] {
  const [had, has] = [before.operation.requestBody, after.operation.requestBody];
  if (!has) return had ? ['it takes no body now'] : [];
  if (!had) return has.required ? ['it wants a body now'] : [];
  return [
    ...(has.required && !had.required ? ['its body is required now'] : []),
    ...contentChanges(before, after, [had.content, has.content], 'request'),
  ];
}

/** Problems are not compared: clients must expect unknown ones anyway, and one that is gone harms nobody. */
function responseChanges(before: DocumentedOperation, after: DocumentedOperation): string[] {
  const good = Object.entries(before.operation.responses).filter(([status]) => /^(?:2|default)/.test(status));
  return good.flatMap(([status, had]) => {
    const has = after.operation.responses[status];
    if (!has) return [`it answers with ${goodStatuses(after.operation)} now, not ${status}`];
    const headers = Object.keys(had.headers ?? {}).filter((name) => !(name in (has.headers ?? {})));
    return [
      ...headers.map((name) => `its response has no header ${name} now`),
      ...contentChanges(before, after, [had.content ?? {}, has.content ?? {}], 'response'),
    ];
  });
}

function goodStatuses({ responses }: Operation): string {
  return Object.keys(responses)
    .filter((status) => /^(?:2|default)/.test(status))
    .join(' or ');
}

function contentChanges(
  before: DocumentedOperation,
  after: DocumentedOperation,
  [had, has]: readonly [Content, Content],
  use: 'request' | 'response',
): string[] {
  const noun = use === 'request' ? 'body' : 'response';
  return Object.entries(had).flatMap(([type, { schema = true }]) => {
    const other = has[type];
    if (!other) {
      const types = Object.keys(has).join(' or ') || 'nothing';
      return [
        use === 'request'
          ? `its body is refused as ${type} now`
          : `its response is ${types} now, not ${type}`,
      ];
    }
    return schemaChanges(
      { schema, root: before.root },
      { schema: other.schema ?? true, root: after.root },
      use,
      noun,
    );
  });
}
