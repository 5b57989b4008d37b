export { type CallOptions, type ClientOptions, clientOf, type Operation } from './client.ts';
export { isProblem, NetworkError, type ProblemDetails, ProblemError } from './errors.ts';
