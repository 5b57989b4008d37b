import type { FunctionError } from './environment.ts';

/** What the runtime asks of an environment. */
export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly deadlineMs: number;
}

/** What an environment answers. The first message is about the init phase, each further one about an invocation. */
export type EnvironmentMessage =
  | { readonly type: 'ready'; readonly initDurationMs: number }
  | { readonly type: 'response'; readonly payload: string; readonly maxRssKb: number }
  | { readonly type: 'error'; readonly error: FunctionError; readonly maxRssKb: number };
