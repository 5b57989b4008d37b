/**
 * Event that deployment sends to a new version of a function before any request reaches it, once for each endpoint. An
 * endpoint responds with 204 and runs nothing, so a response proves that the code loads under its configuration and
 * knows the route. No client can send this event: API Gateway makes the event's top level itself.
 */
export interface SmokeEvent {
  readonly version: '2.0';
  /** Route key of API Gateway: `GET /orders/{orderId}`. */
  readonly routeKey: string;
  readonly smoke: true;
}

export function smokeEvent(routeKey: string): SmokeEvent {
  return { version: '2.0', routeKey, smoke: true };
}

export function isSmoke(event: object): boolean {
  return 'smoke' in event;
}
