import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { stackName } from '@nanoservices/deploy';
import {
  authorizeRequest,
  type HttpRequest,
  type HttpResponse,
  httpEvent,
  httpResponse,
  routedPath,
} from '@nanoservices/runtime/gateway';
import type { JwtSettings } from '@nanoservices/runtime/tokens';
import { type DeployedRoutes, deployedRoutes } from './deployed-routes.ts';
import type { EmulatedStage } from './emulated-stage.ts';

/**
 * An HTTP server that answers as the deployed HTTP API would: each request meets routes, authorizer and aliases as they are
 * on the emulated AWS at this moment, also in the middle of a deployment. It has no CORS, throttling and access logs.
 */
export class DeployedGateway implements AsyncDisposable {
  url = '';
  readonly #stage: EmulatedStage;
  readonly #keys: NonNullable<JwtSettings['keys']>;
  readonly #routes = new Map<string, DeployedRoutes>();
  #requests = 0;
  readonly #server = createServer(async (request, response) => {
    const answer = await this.#answer(request).catch(failure);
    for (const [name, value] of answer.headers) response.appendHeader(name, value);
    response.writeHead(answer.statusCode).end(answer.body);
  });

  /** @param keys - keys of the issuer that the deployed document names: nobody answers at its address */
  constructor(stage: EmulatedStage, keys: NonNullable<JwtSettings['keys']>) {
    this.#stage = stage;
    this.#keys = keys;
  }

  /** Starts the server, which keeps no process alive. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.unref();
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<HttpResponse> {
    const { method = '', url = '', headers } = request;
    const body = await buffer(request);
    const api = await this.#api();
    if (!api) return failure(new Error('no API is deployed'));
    const path = routedPath(url);
    if (path === undefined) return message(400, 'Bad Request');
    const match = api.find(method, path);
    if (!match) return message(404, 'Not Found');
    const decision = await authorizeRequest(match.route.access, headers.authorization, api.verify);
    if (decision.refusal) {
      return message(decision.refusal, decision.refusal === 401 ? 'Unauthorized' : 'Forbidden');
    }
    const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, `${value}`]);
    const sent: HttpRequest = { method, url, headers: pairs, ...(body.length > 0 && { body }) };
    return this.#invoke(match.route.function, httpEvent(sent, match, decision.authorizer));
  }

  async #invoke(target: string, event: object): Promise<HttpResponse> {
    const { Payload = '', FunctionError } = await this.#stage.lambda.send(
      new InvokeCommand({ FunctionName: target, Payload: JSON.stringify(event) }),
    );
    const payload = Buffer.from(Payload).toString();
    if (FunctionError !== undefined) return failure(new Error(`${target}: ${payload}`));
    return httpResponse(JSON.parse(payload));
  }

  /** The API as the next request meets it. While a change is not everywhere, the document before has its turns. */
  async #api(): Promise<DeployedRoutes | undefined> {
    const { stage, emulator } = this.#stage;
    const bodies = await emulator.apiBodies(stage.region, stackName(stage, 'api'));
    if (bodies.length === 0) return undefined;
    const body = bodies[this.#requests++ % bodies.length];
    const text = JSON.stringify(body);
    const known = this.#routes.get(text) ?? deployedRoutes(body, this.#keys);
    this.#routes.set(text, known);
    return known;
  }
}

function message(statusCode: number, text: string): HttpResponse {
  return {
    statusCode,
    headers: [['content-type', 'application/json']],
    body: JSON.stringify({ message: text }),
  };
}

/** API Gateway's answer when the function fails or cannot be called. The reason is for the test that sees it. */
function failure(error: Error): HttpResponse {
  const response = message(500, 'Internal Server Error');
  // A header takes one line of ASCII.
  const reason = `${error.name}: ${error.message}`.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 500);
  return { ...response, headers: [...response.headers, ['x-emulated-reason', reason]] };
}
