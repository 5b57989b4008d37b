import { InvokeCommand } from '@aws-sdk/client-lambda';
import { stackName } from '@nanoservices/deploy';
import type { Access } from '@nanoservices/endpoint';
import {
  apiRouter,
  authorizeRequest,
  httpEvent,
  httpResponse,
  routedPath,
} from '@nanoservices/runtime/gateway';
import { type JwtSettings, tokenVerifier } from '@nanoservices/runtime/tokens';
import type { EmulatedStage } from './emulated-stage.ts';

/** A request to an API. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: proofs look at it from outside
  readonly body: any;
}

/** The parts of the template that decide about requests. */
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
    readonly 'x-amazon-apigateway-integrations': Record<
      string,
      { readonly uri: { readonly 'Fn::Sub': string } }
    >;
  };
}

interface Operation {
  readonly security?: readonly [{ readonly jwt: readonly string[] }];
  readonly 'x-amazon-apigateway-integration': { readonly $ref: string };
}

/**
 * Answers requests as the deployed HTTP API would: the emulator makes none, so routes, authorizer and functions are read from the
 * template of its stack, and the functions run in the emulator.
 *
 * @param keys - keys of the issuer that the template names: nobody answers at its address
 */
export async function deployedApi(
  stage: EmulatedStage,
  keys: NonNullable<JwtSettings['keys']>,
): Promise<(request: ApiRequest) => Promise<ApiResponse>> {
  const template = JSON.parse(await stage.stacks.template(stackName(stage.stage, 'api')));
  const { paths, components } = template.Resources.HttpApi.Properties.Body as Document;
  const configuration = components.securitySchemes?.jwt['x-amazon-apigateway-authorizer'].jwtConfiguration;
  const verify = tokenVerifier({ issuer: '', audience: [], ...configuration, keys });
  const functionOf = ({ 'x-amazon-apigateway-integration': { $ref } }: Operation) => {
    const integration = components['x-amazon-apigateway-integrations'][$ref.split('/').at(-1) as string];
    return /function:([\w-]+:\w+)\/invocations$/.exec(`${integration?.uri['Fn::Sub']}`)?.[1] as string;
  };
  const findRoute = apiRouter(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        ...{ method: method.toUpperCase() as 'GET', path, access: accessOf(operation) },
        function: functionOf(operation),
      })),
    ),
  );
  return async ({ method, path, token, headers = {}, body }) => {
    const match = findRoute(method, routedPath(path) as string);
    if (!match) return { status: 404, headers: {}, body: undefined };
    const decision = await authorizeRequest(match.route.access, token, verify);
    if (decision.refusal) return { status: decision.refusal, headers: {}, body: undefined };
    const fields = { ...headers, ...(body && { 'content-type': 'application/json' }) };
    const request = { method, url: path, headers: Object.entries(fields) };
    const event = httpEvent(
      { ...request, body: body && Buffer.from(JSON.stringify(body)) },
      match,
      decision.authorizer,
    );
    const { Payload = '' } = await stage.lambda.send(
      new InvokeCommand({ FunctionName: match.route.function, Payload: JSON.stringify(event) }),
    );
    const response = httpResponse(JSON.parse(Buffer.from(Payload).toString()));
    return {
      status: response.statusCode,
      headers: Object.fromEntries(response.headers),
      body: response.body.length > 0 ? JSON.parse(response.body.toString()) : undefined,
    };
  };
}

function accessOf({ security }: Operation): Access {
  if (!security) return 'public';
  const [scope] = security[0].jwt;
  return scope === undefined ? 'user' : { scope };
}
