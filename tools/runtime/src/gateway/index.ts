export { type HttpRequest, httpEvent, type MatchedRoute } from '@nanoservices/endpoint/gateway';
export { type Authorization, authorizeRequest } from './authorizer.ts';
export { type HttpResponse, httpResponse } from './http-response.ts';
export { apiRouter, type FindRoute, routedPath } from './router.ts';
