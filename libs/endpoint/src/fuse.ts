import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { InvokeResult } from './lambda-invoke.ts';
import { isStreaming, type StreamingHandler, streaming } from './streaming-handler.ts';

/** Lambda handler in the form that nodejs24.x calls. */
export type LambdaHandler = (event: APIGatewayProxyEventV2, context: Context) => unknown;

/** One endpoint of a function with several endpoints. */
export interface FusedEndpoint {
  readonly name: string;
  /** Route key of API Gateway: `GET /orders/{orderId}`. */
  readonly route: string;
  readonly handler: LambdaHandler | StreamingHandler;
}

/** Endpoints of this function, keyed by name; empty in a function with one endpoint. */
const fused = new Map<string, LambdaHandler | StreamingHandler>();

/**
 * Makes one Lambda handler of several endpoints. API Gateway has found the route already, so the event's `routeKey`
 * selects the endpoint. An error of one endpoint concerns that request only. A `call()` between endpoints of the same
 * function is a function call. If one of the endpoints streams, the function does: the response of any other is written whole.
 */
export function fuse(endpoints: readonly FusedEndpoint[]): LambdaHandler {
  const byRoute = new Map<string, LambdaHandler | StreamingHandler>();
  for (const { name, route, handler } of endpoints) {
    byRoute.set(route, handler);
    fused.set(name, handler);
  }
  const find = (event: APIGatewayProxyEventV2) => {
    const handler = byRoute.get(wholeRoute(event));
    if (handler) return handler;
    // Routes and endpoints are made from the same contracts: the event was sent to the wrong function.
    throw new Error(
      `This function has no route "${event.routeKey}". It has: ${[...byRoute.keys()].join(', ')}.`,
    );
  };
  if (!endpoints.some(({ handler }) => isStreaming(handler))) {
    return (event, context) => (find(event) as LambdaHandler)(event, context);
  }
  const handler = streaming(async (event, out, context) => {
    const found = find(event);
    if (isStreaming(found)) return found(event, out, context);
    out.setContentType('application/json');
    out.end(JSON.stringify((await found(event, context)) ?? null));
  });
  // Lambda calls it in the form of its mark.
  return handler as unknown as LambdaHandler;
}

/**
 * Route key as the contract has it. Where a mapping of the domain sends what is below a path to an API, the routes of this API lack
 * the path, and deployment writes it into a variable of the API's stage.
 */
function wholeRoute({ routeKey, stageVariables }: APIGatewayProxyEventV2): string {
  const basePath = stageVariables?.basePath;
  return basePath
    ? routeKey.replace(/ (.*)/, (_, path) => ` ${basePath}${path === '/' ? '' : path}`)
    : routeKey;
}

/**
 * Invokes an endpoint of this function as a Lambda Invoke would: the promise rejects when the endpoint throws or when the
 * signal aborts.
 *
 * @returns undefined when this function does not hold the endpoint
 */
export function invokeFused(
  name: string,
  event: APIGatewayProxyEventV2,
  context: Context,
  signal: AbortSignal,
): Promise<InvokeResult> | undefined {
  // No contract may call an endpoint that streams.
  const handler = fused.get(name) as LambdaHandler | undefined;
  if (!handler) return undefined;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    Promise.try(handler, event, context).then((payload) => resolve({ payload, functionError: null }), reject);
  });
}
