import type { Access } from '@nanoservices/endpoint';
import { apiRouter, type FindRoute } from '@nanoservices/runtime/gateway';
import { type JwtSettings, tokenVerifier } from '@nanoservices/runtime/tokens';

/** The parts of an HTTP API's OpenAPI document that decide about requests, references of CloudFormation resolved. */
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly securitySchemes?: {
      readonly jwt: {
        readonly 'x-amazon-apigateway-authorizer': {
          readonly jwtConfiguration: { readonly issuer: string; readonly audience: readonly string[] };
        };
      };
    };
    readonly 'x-amazon-apigateway-integrations': Record<string, { readonly uri: string }>;
  };
}

interface Operation {
  readonly security?: readonly [{ readonly jwt: readonly string[] }];
  readonly 'x-amazon-apigateway-integration': { readonly $ref: string };
}

/** The routes and the authorizer of a deployed HTTP API. */
export interface DeployedRoutes {
  readonly find: FindRoute;
  readonly verify: ReturnType<typeof tokenVerifier>;
}

/**
 * Reads the OpenAPI document of a deployed HTTP API. Each route leads to the function that its integration calls, with the
 * alias: `shop-dev-get-order:live`.
 *
 * @param keys - keys of the issuer that the document names: nobody answers at its address
 */
export function deployedRoutes(body: unknown, keys: NonNullable<JwtSettings['keys']>): DeployedRoutes {
  const { paths, components } = body as Document;
  const configuration = components.securitySchemes?.jwt['x-amazon-apigateway-authorizer'].jwtConfiguration;
  const targetOf = ({ 'x-amazon-apigateway-integration': { $ref } }: Operation) => {
    const integration = components['x-amazon-apigateway-integrations'][$ref.split('/').at(-1) as string];
    return /function:([\w-]+:\w+)\/invocations$/.exec(`${integration?.uri}`)?.[1] as string;
  };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: (method === 'x-amazon-apigateway-any-method' ? 'ANY' : method.toUpperCase()) as 'GET',
      path: path === '/$default' ? '$default' : path,
      access: accessOf(operation),
      function: targetOf(operation),
    })),
  );
  return {
    find: apiRouter(routes),
    verify: tokenVerifier({ issuer: '', audience: [], ...configuration, keys }),
  };
}

function accessOf({ security }: Operation): Access {
  if (!security) return 'public';
  const [scope] = security[0].jwt;
  return scope === undefined ? 'user' : { scope };
}
