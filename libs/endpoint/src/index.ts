export { type BinaryOptions, type Bytes, binary, form, text } from './bodies.ts';
export { addressVariable, type Call, CallFailed } from './call.ts';
export { type Caller, roleClaimVariable, scopesOf } from './caller.ts';
export {
  type Access,
  type AnyContract,
  type Breaking,
  type Contract,
  contract,
  isComplete,
  type Method,
  type Output,
  type Permission,
  type Privilege,
} from './contract.ts';
export { type EndpointHandler, endpoint, type Input } from './endpoint.ts';
export { type DeclaredVariable, declaredVariables, environmentReader } from './environment.ts';
export type { IfMatch } from './etag.ts';
export { type FusedEndpoint, fuse, type LambdaHandler } from './fuse.ts';
export { type Hook, type HookInput, hook, type Outcome } from './hook.ts';
export { Cursor, cursorAfter, type Page, PageQuery, page } from './pages.ts';
export { plain } from './plain.ts';
export * from './problem.ts';
export { type Reply, reply } from './reply.ts';
export { secret, secretsVariable } from './secret.ts';
export { type StreamHandler, stream } from './stream.ts';
export type { StreamingHandler } from './streaming-handler.ts';
export { IdempotencyKey, line, Timestamp, Version } from './text.ts';
export { type EndpointWithHooks, type StreamWithHooks, withHooks } from './with-hooks.ts';
