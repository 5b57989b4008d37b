export { type HttpRequest, httpEvent, type MatchedRoute } from './http-event.ts';
export { type HttpResponse, httpResponse } from './http-response.ts';
