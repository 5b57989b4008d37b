import type { JwtSettings } from '@nanoservices/runtime/tokens';
import { DeployedGateway } from './deployed-gateway.ts';
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

/** Sends a request over HTTP. */
export async function sendTo(
  url: string,
  { path, token, headers, body, method }: ApiRequest,
): Promise<ApiResponse> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: text ? JSON.parse(text) : undefined,
  };
}

/**
 * Sends requests through what is deployed: see {@link DeployedGateway}.
 *
 * @param keys - keys of the issuer that the deployed document names
 */
export async function deployedApi(
  stage: EmulatedStage,
  keys: NonNullable<JwtSettings['keys']>,
): Promise<(request: ApiRequest) => Promise<ApiResponse>> {
  const { url } = await new DeployedGateway(stage, keys).start();
  return (request) => sendTo(url, request);
}
