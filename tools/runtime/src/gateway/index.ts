export { type HttpRequest, httpEvent, type MatchedRoute } from '@nanoservices/endpoint/gateway';
export { type HttpResponse, httpResponse } from './http-response.ts';
