export { isProblem, NetworkError, type ProblemDetails, ProblemError } from './answers.ts';
export { type CallOptions, type ClientOptions, clientOf, type Operation } from './client.ts';
