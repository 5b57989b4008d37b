export { isJson } from '../headers.ts';
export { mediaOf, typeToSend } from '../media.ts';
export { connectionHeaders } from './gateway-headers.ts';
export { type HttpRequest, httpEvent, type MatchedRoute } from './http-event.ts';
export { type RequestTarget, requestTarget } from './request-target.ts';
