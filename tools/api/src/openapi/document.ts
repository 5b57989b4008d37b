import { type AnyContract, isComplete, type Problem } from '@nanoservices/endpoint';
import { mediaOf } from '@nanoservices/endpoint/gateway';
import { type ApiDocumentation, parameterNames, wantsToken } from '@nanoservices/model';
import type { $ZodObject, $ZodType } from 'zod/v4/core';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { takesBytesOnly } from '../response-body.ts';
import { addExamples } from './examples.ts';
import { gatewayMessage, problemSchemas } from './problem-schemas.ts';
import { protocolProblems } from './protocol-documentation.ts';
import { responses } from './responses.ts';
import { nameSchemas } from './schema-names.ts';

/** Head of an OpenAPI document. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Address of the API. Default: the server of the document. */
  readonly url?: string;
}

/** The name of the scheme of bearer tokens in the document. */
export const securityScheme = 'jwt';

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

/**
 * Makes an OpenAPI 3.1 document of contracts, with an example of everything. It lacks ANY and `$default`, which OpenAPI cannot
 * describe.
 *
 * @param documentation - the application's schemas, which become components, and examples of its problems
 * @throws Error when JSON Schema cannot express a schema
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(
  contracts: readonly AnyContract[],
  { url, ...info }: ApiInfo,
  documentation: ApiDocumentation,
): OpenApiDocument {
  nameSchemas(documentation);
  const sorted = contracts.filter(isDescribable).toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const contract of sorted) {
    const path = contract.path.replace('+}', '}');
    paths[path] = {
      ...paths[path],
      [contract.method.toLowerCase()]: operation(contract, documentation.problems),
    };
  }
  const isSecured = sorted.some(({ access }) => wantsToken(access));
  const document = createDocument(
    {
      openapi: '3.1.1',
      info,
      servers: [{ url: url ?? '/' }],
      tags: [...new Set(sorted.map(tag))].map((name) => ({ name })),
      paths,
      components: {
        schemas: { ...problemSchemas(sorted.filter(isComplete)), GatewayMessage: gatewayMessage },
        ...(isSecured && {
          securitySchemes: { [securityScheme]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        }),
      },
    },
    // The type of z.custom() is known to TypeScript only.
    { allowEmptySchema: { custom: true } },
  );
  return addExamples(document);
}

function isDescribable({ method, path }: AnyContract): boolean {
  return method !== 'ANY' && path !== '$default';
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Sorts by path, and reading before changing. */
function place({ path, method }: AnyContract): string {
  return `${path} ${methods.indexOf(method)}`;
}

/** @returns the first part of the path, which groups the operations of a resource */
function tag({ path }: AnyContract): string {
  return (path.split('/')[1] as string).replace(/[{}+]/g, '');
}

function operation(contract: AnyContract, problems: readonly Problem[]): ZodOpenApiOperationObject {
  const { name, summary, params, query, headers, cookies, body, access } = contract;
  return {
    operationId: name,
    ...(summary !== undefined && { summary }),
    tags: [tag(contract)],
    ...(wantsToken(access) && {
      security: [{ [securityScheme]: access === 'user' ? [] : [access.scope] }],
    }),
    requestParams: present({ path: params, query, header: headers, cookie: cookies }),
    parameters: [...(params ? [] : unchecked(contract)), ...conditions(contract)],
    ...(body && { requestBody: { required: !acceptsNothing(body), content: requestContent(body) } }),
    responses: isComplete(contract)
      ? responses(contract, [...problems, ...protocolProblems(contract)])
      : { default: { description: 'The response of a plain handler. Its contract does not describe it.' } },
  };
}

/** The parameters of a path without a schema. */
function unchecked({ path }: AnyContract) {
  return parameterNames(path).map((name) => ({
    in: 'path' as const,
    name,
    required: true,
    schema: { type: 'string' as const },
  }));
}

function present(parts: Readonly<Record<string, $ZodObject | undefined>>): object {
  return Object.fromEntries(Object.entries(parts).filter(([, schema]) => schema !== undefined));
}

/**
 * The schema, under each media type that the body may have. Bytes have none:
 * https://spec.openapis.org/oas/v3.1.1.html#working-with-binary-data
 */
function requestContent(body: $ZodType) {
  const types = mediaOf(body)?.types ?? ['application/json'];
  const content = takesBytesOnly(body) ? {} : { schema: body };
  return Object.fromEntries(types.map((type) => [type, content]));
}

function acceptsNothing(body: $ZodType): boolean {
  return body._zod.optin === 'optional';
}

/** The headers of conditional requests (RFC 9110, section 13). */
function conditions({ method, etag, ifMatch }: AnyContract) {
  const header = (name: string, required: boolean, description: string, example: string) => ({
    in: 'header' as const,
    name,
    required,
    description,
    schema: { type: 'string' as const, examples: [example] },
  });
  return [
    ...(ifMatch
      ? [header('if-match', true, 'The ETag of the entity as you know it, or * for any.', '"1"')]
      : []),
    ...(etag && method === 'GET'
      ? [header('if-none-match', false, 'An ETag: if the entity still has it, the answer is 304.', '"1"')]
      : []),
  ];
}
