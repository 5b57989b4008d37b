import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Invocation } from './lambda-invoke.ts';

/** A Lambda handler as nodejs24.x calls it. */
export type LambdaHandler = (event: APIGatewayProxyEventV2, context: Context) => unknown;

/** One endpoint of a function that holds several. */
export interface FusedEndpoint {
  readonly name: string;
  /** As API Gateway names it: `GET /users/{userId}`. */
  readonly route: string;
  readonly handler: LambdaHandler;
}

/** The endpoints of this function by name; empty in a function that is one endpoint. */
const fused = new Map<string, LambdaHandler>();

/**
 * Makes one Lambda handler of several endpoints: API Gateway has found the route already, so the event's `routeKey`
 * says whose it is. What one endpoint throws concerns that request only. A `call()` from one endpoint to another of the
 * same function is a function call.
 */
export function fuse(endpoints: readonly FusedEndpoint[]): LambdaHandler {
  const byRoute = new Map<string, LambdaHandler>();
  for (const { name, route, handler } of endpoints) {
    byRoute.set(route, handler);
    fused.set(name, handler);
  }
  return (event, context) => {
    const handler = byRoute.get(event.routeKey);
    if (handler) return handler(event, context);
    // Its routes and its endpoints are made from the same contracts: this is somebody else's event.
    throw new Error(
      `This function has no route "${event.routeKey}". It has: ${[...byRoute.keys()].join(', ')}.`,
    );
  };
}

/**
 * Invokes an endpoint that is part of this function, as a Lambda Invoke would: its failure is the caller's to handle,
 * and the caller waits until the signal says otherwise.
 *
 * @returns undefined when the endpoint is elsewhere
 */
export function invokeFused(
  name: string,
  event: APIGatewayProxyEventV2,
  context: Context,
  signal: AbortSignal,
): Promise<Invocation> | undefined {
  const handler = fused.get(name);
  if (!handler) return undefined;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    Promise.try(handler, event, context).then((payload) => resolve({ payload, functionError: null }), reject);
  });
}
