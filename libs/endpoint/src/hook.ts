import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Caller } from './caller.ts';
import type { Contract } from './contract.ts';
import type { ProblemClass } from './problem.ts';

/** Input of a hook: a request to any endpoint. The parts are validated; their types are known to the endpoint alone. */
export interface HookInput {
  readonly contract: Contract;
  /** Sender of the request. Can be undefined only with access 'public'. */
  readonly caller: Caller | undefined;
  readonly params?: unknown;
  readonly query?: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  /** Environment variables that the contract declares. */
  readonly env?: unknown;
  readonly ifMatch?: unknown;
  readonly event: APIGatewayProxyEventV2;
  readonly context: Context;
}

/** The end of a request, for `after` of a hook. */
export interface Outcome {
  /** Status, as the handler has ended. The response may still become a 304, or a 500 when it cannot be written. */
  readonly status: number;
  /** Result of the handler: a body or a reply. Undefined after an error, and for a stream. */
  readonly result?: unknown;
  /** What the handler or a later hook has thrown. */
  readonly error?: unknown;
  /** Time since the hook's own `before`. For a stream, until its end. */
  readonly durationMs: number;
}

/** A step before and after the handlers of endpoints. Made by {@link hook}. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that adds nothing returns nothing
export interface Hook<In extends HookInput = HookInput, Adds extends object | void = void> {
  /** Name in errors and log lines. */
  readonly name: string;
  /** Problems that `before` may throw, beyond those of the protocol. Each contract that uses the hook must declare them. */
  readonly problems?: readonly ProblemClass[];
  /** Returns what it adds to the input of later hooks and of the handler. */
  readonly before?: (input: In) => Adds | Promise<Adds>;
  /** Runs before the response is sent, which waits for it. */
  readonly after?: (input: In & Added<NoInfer<Adds>>, outcome: Outcome) => void | Promise<void>;
}

/**
 * Declares a hook.
 *
 * A hook that needs what an earlier one adds says so in the type of its input: `HookInput & { readonly tenant: string }`.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that adds nothing returns nothing
export function hook<In extends HookInput = HookInput, Adds extends object | void = void>(
  definition: Hook<In, Adds>,
): Hook<In, Adds> {
  return definition;
}

/** A hook, whatever it needs and adds. */
export interface AnyHook {
  readonly name: string;
  readonly problems?: readonly ProblemClass[];
  readonly before?: (input: never) => unknown;
  readonly after?: (input: never, outcome: Outcome) => unknown;
}

/** A hook that returns nothing, or always throws, adds nothing. */
type Added<Adds> = [Adds] extends [never] ? unknown : [Adds] extends [object] ? Adds : unknown;

/** Everything that hooks add. */
export type Additions<Hooks extends readonly unknown[]> = Hooks extends readonly [
  Hook<infer _, infer Adds>,
  ...infer Rest,
]
  ? Added<Adds> & Additions<Rest>
  : unknown;

/** Makes hooks in a wrong order, or two that add the same, an error of the compiler with the reason as the expected type. */
export type InOrder<Hooks extends readonly unknown[]> = [Mistake<Hooks, HookInput>] extends [never]
  ? unknown
  : readonly Mistake<Hooks, HookInput>[];

type Mistake<Hooks extends readonly unknown[], Known> = Hooks extends readonly [
  Hook<infer In, infer Adds>,
  ...infer Rest,
]
  ? Known extends In
    ? [keyof Added<Adds> & (keyof Known | 'call')] extends [never]
      ? Mistake<Rest, Known & Added<Adds>>
      : `A hook adds "${keyof Added<Adds> & (keyof Known | 'call') & string}", which is there already.`
    : 'A hook needs what no hook before it adds.'
  : never;
