export type {
  Environment,
  FunctionConfiguration,
  FunctionError,
  InvocationRequest,
  InvocationResult,
} from './environment.ts';
export { findFunction, type LocalFunction, requireEndpoint } from './function-registry.ts';
export { type HttpRequest, httpEvent, type Route } from './http-event.ts';
export { type HttpResponse, httpResponse, internalServerError } from './http-response.ts';
export { startLambdaService } from './lambda-service.ts';
export { type LogSink, ProcessEnvironment } from './process-environment.ts';
