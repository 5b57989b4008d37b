/**
 * What deployment sends to a new version of a function before any request reaches it, once for each of its endpoints. An
 * endpoint answers 204 and runs nothing, so an answer proves that the code loads under its configuration and knows the
 * route. API Gateway cannot send it: it makes the event's top level itself.
 */
export interface SmokeEvent {
  readonly version: '2.0';
  /** As API Gateway names it: `GET /users/{userId}`. */
  readonly routeKey: string;
  readonly smoke: true;
}

export function smokeEvent(routeKey: string): SmokeEvent {
  return { version: '2.0', routeKey, smoke: true };
}

export function isSmoke(event: object): boolean {
  return 'smoke' in event;
}
