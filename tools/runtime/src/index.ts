export { type HttpRequest, httpEvent, type Route } from './gateway/http-event.ts';
export { type HttpResponse, httpResponse } from './gateway/http-response.ts';
