import { type Cors, parameterNames, type Route, type Stage, wantsToken } from '@nanoservices/model';
import type { PlannedApi } from './api-plan.ts';
import { functionName, liveAlias } from './names.ts';

/**
 * The OpenAPI document from which API Gateway makes an HTTP API: routes, their functions and their access. API Gateway
 * imports OpenAPI 3.0 and ignores schemas, so the document has none.
 *
 * @param basePath - the path below which a mapping of the domain sends requests here, without it
 * @param invokeRole - CloudFormation reference to the role that API Gateway assumes to call functions
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 */
export function gatewayBody(stage: Stage, { basePath, routes }: PlannedApi, invokeRole: unknown): object {
  const { jwt } = stage;
  const functions = [...new Set(routes.map((route) => route.function))].sort();
  return {
    openapi: '3.0.1',
    info: { title: `${stage.application}-${stage.name}${basePath}`, version: '1' },
    ...(basePath && { servers: [onlyBehindDomain] }),
    paths: paths(basePath, routes),
    components: {
      ...(jwt && { securitySchemes: { jwt: jwtAuthorizer(jwt) } }),
      // Shared by all routes of a function: an HTTP API may have 300 integrations, and this limit cannot be raised.
      'x-amazon-apigateway-integrations': Object.fromEntries(
        functions.map((name) => [name, integration(stage, name, invokeRole)]),
      ),
    },
    ...(stage.cors && { 'x-amazon-apigateway-cors': stage.cors satisfies Cors }),
  };
}

/**
 * Closes the address that AWS gives an API: its routes lack the path of the mapping. In OpenAPI 3.0, API Gateway reads this of a server
 * only, and warns of a server without an address.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
 */
const onlyBehindDomain = {
  url: '/',
  'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true },
};

function paths(basePath: string, routes: readonly Route[]): object {
  const byPath: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    // API Gateway exports $default so.
    const path = route.path === '$default' ? '/$default' : route.path.slice(basePath.length) || '/';
    const methods = byPath[path] ?? {};
    byPath[path] = methods;
    methods[route.method === 'ANY' ? 'x-amazon-apigateway-any-method' : route.method.toLowerCase()] = {
      ...(route.path === '$default' && { isDefaultRoute: true }),
      operationId: route.endpoint,
      summary: route.summary,
      ...parameters(route.path),
      responses: { default: { description: 'The response of the endpoint' } },
      ...security(route),
      'x-amazon-apigateway-integration': {
        $ref: `#/components/x-amazon-apigateway-integrations/${route.function}`,
      },
    };
  }
  return byPath;
}

function parameters(path: string): object {
  const names = parameterNames(path);
  if (names.length === 0) return {};
  return {
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  };
}

function security({ access }: Route): object {
  if (!wantsToken(access)) return {};
  return { security: [{ jwt: access === 'user' ? [] : [access.scope] }] };
}

function jwtAuthorizer({ issuer, audience }: NonNullable<Stage['jwt']>): object {
  return {
    type: 'oauth2',
    'x-amazon-apigateway-authorizer': {
      type: 'jwt',
      identitySource: '$request.header.Authorization',
      jwtConfiguration: { issuer, audience },
    },
  };
}

function integration(stage: Stage, name: string, credentials: unknown): object {
  const lambda = `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${functionName(stage, name)}:${liveAlias}`;
  return {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: {
      'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${lambda}/invocations`,
    },
    payloadFormatVersion: '2.0',
    timeoutInMillis: 30_000,
    credentials,
  };
}
