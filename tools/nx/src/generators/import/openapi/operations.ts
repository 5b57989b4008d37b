import type { Access, Contract } from '@nanoservices/endpoint';
import { type ContractFacts, mistakeInRoute, parameterNames } from '@nanoservices/model';
import { isJson, type Json } from '../json.ts';
import { readAccess } from './access.ts';
import type { OpenApiDocument } from './document.ts';
import { type Parameter, readParameters } from './parameters.ts';
import { type Responses, readBody, readResponses } from './responses.ts';
import type { RoutePaths } from './routes.ts';
import type { SchemaWriter } from './schema-source.ts';

/** An operation that can be an endpoint. */
export interface Operation extends Omit<Responses, 'refused'> {
  /** Its operationId, or method and path. */
  readonly source: string;
  readonly method: Contract['method'];
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly source: string; readonly schema: Json } | undefined;
  readonly access: Access;
  /** Keys of the operation in the document. */
  readonly at: readonly string[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query'];
const ofEndpoints = ['get', 'post', 'put', 'patch', 'delete'];

/** Reads all operations. Those that cannot be endpoints, and parts that contracts have not, become remarks of the document. */
export function readOperations(
  document: OpenApiDocument,
  writer: SchemaWriter,
  routes: RoutePaths,
): { readonly found: readonly string[]; readonly operations: readonly Operation[] } {
  const all = Object.entries(document.root.paths as Json).flatMap(([path, item]) => {
    const { value, at } = document.resolve(item, ['paths', path]);
    return methods
      .filter((method) => isJson(value[method]))
      .map((method) => ({
        path,
        item: value,
        method,
        operation: value[method] as Json,
        at: [...at, method],
      }));
  });
  if (isJson(document.root.webhooks)) {
    document.remark(['webhooks'], 'Webhooks are requests that you send: they are no endpoints.');
  }
  return {
    found: all.map(({ method, path, operation }) => nameOf(method, path, operation)),
    operations: all.flatMap((one) => readOperation(document, writer, routes, one) ?? []),
  };
}

interface Found {
  readonly path: string;
  readonly item: Json;
  readonly method: string;
  readonly operation: Json;
  readonly at: readonly string[];
}

function readOperation(
  document: OpenApiDocument,
  writer: SchemaWriter,
  routes: RoutePaths,
  { path, item, method, operation, at }: Found,
): Operation | undefined {
  const refuse = (reason: string) => document.remark(at, `Not taken over: ${reason}.`);
  if (!ofEndpoints.includes(method))
    return refuse(`an endpoint has no method ${method.toUpperCase()}`) as undefined;
  const route = routes.routeOf(path);
  const mistake = mistakeInRoute({
    ...({ method: method.toUpperCase(), path: route.path } as Pick<ContractFacts, 'method' | 'path'>),
    access: 'public',
  });
  if (mistake) return refuse(mistake.replace(/\.$/, '')) as undefined;
  const { refused, ...responses } = readResponses(document, writer, operation.responses, [
    ...at,
    'responses',
  ]);
  if (refused) return refuse(refused) as undefined;
  for (const [name, other] of route.renamed) {
    document.remark(
      at,
      `API Gateway takes one name, of letters and digits, for a parameter in one place: {${name}} is {${other}}.`,
    );
  }
  const parameters = readParameters(document, writer, [
    { parameters: item.parameters, at: at.slice(0, -1).concat('parameters') },
    { parameters: operation.parameters, at: [...at, 'parameters'] },
  ]).map((one) => (one.in === 'path' ? { ...one, name: route.renamed.get(one.name) ?? one.name } : one));
  if (operation.callbacks !== undefined) {
    document.remark(
      [...at, 'callbacks'],
      'Callbacks are requests that you send: they are no part of a contract.',
    );
  }
  const { summary, description, requestBody } = operation;
  if (method === 'get' && requestBody !== undefined) {
    document.remark([...at, 'requestBody'], 'A GET request has no body (RFC 9110, section 9.3.1).');
  }
  const source = nameOf(method, path, operation);
  return {
    ...responses,
    ...{ source, method: method.toUpperCase() as Contract['method'], path: route.path, at },
    summary:
      oneLine(summary) ?? oneLine(description)?.split(/(?<=\.)\s/)[0] ?? `${method.toUpperCase()} ${path}`,
    parameters: withPathParameters(route.path, parameters),
    body: method === 'get' ? undefined : readBody(document, writer, requestBody, [...at, 'requestBody']),
    access: readAccess(document, operation, at),
  };
}

function nameOf(method: string, path: string, { operationId }: Json): string {
  return typeof operationId === 'string' ? operationId : `${method} ${path}`;
}

function oneLine(text: unknown): string | undefined {
  return typeof text === 'string' && text.trim() !== '' ? text.replace(/\s+/g, ' ').trim() : undefined;
}

/** The parameters in the path's order, and one for each that the document forgot to declare. */
function withPathParameters(path: string, parameters: readonly Parameter[]): Parameter[] {
  const inPath = parameterNames(path).map((name): Parameter => {
    const declared = parameters.find((one) => one.in === 'path' && one.name === name);
    return (
      declared ?? { name, in: 'path', isRequired: true, source: 'z.string()', schema: { type: 'string' } }
    );
  });
  return [...inPath, ...parameters.filter((one) => one.in !== 'path')];
}
