import type { APIGatewayProxyHandlerV2 } from 'aws-lambda';
import type { Contract } from './contract.ts';
import type { EndpointHandler, endpoint, Input } from './endpoint.ts';
import type { Additions, AnyHook, InOrder } from './hook.ts';
import { HookedRequest } from './hooked-request.ts';
import { Reply } from './reply.ts';
import type { StreamHandler, stream } from './stream.ts';
import type { StreamingHandler } from './streaming-handler.ts';

/** An `endpoint()` whose handlers have, in their input, what hooks add. */
export type EndpointWithHooks<Added> = <C extends Contract>(
  contract: C & (C['stream'] extends string ? 'A streaming contract needs stream().' : unknown),
  handler: (input: Input<C> & Added) => ReturnType<EndpointHandler<C>>,
) => APIGatewayProxyHandlerV2;

/** A `stream()` whose handlers have, in their input, what hooks add. */
export type StreamWithHooks<Added> = <C extends Contract & { readonly stream: string }>(
  contract: C,
  handler: (input: Input<C> & Added) => ReturnType<StreamHandler<C>>,
) => StreamingHandler;

/**
 * Makes an `endpoint()`, or a `stream()`, with the hooks that a team wants in all of its endpoints. It changes nothing else: endpoints
 * that are made without it have no hooks and no code of them.
 *
 * Hooks run for requests that reach the handler: after the checks of access and input. `before` of the first hook is first, `after` of
 * the first hook is last. An error of `before` ends the request, as one of the handler does; `after` of the hooks that came before
 * learns of it. An error of `after` is logged, and changes no response.
 *
 * @param make - `endpoint` or `stream`
 * @param hooks - in their order; each knows what those before it have added
 * @returns a function that throws an Error when a contract does not declare the `problems` of a hook
 */
export function withHooks<const Hooks extends readonly AnyHook[]>(
  make: typeof endpoint,
  ...hooks: Hooks & InOrder<Hooks>
): EndpointWithHooks<Additions<Hooks>>;
export function withHooks<const Hooks extends readonly AnyHook[]>(
  make: typeof stream,
  ...hooks: Hooks & InOrder<Hooks>
): StreamWithHooks<Additions<Hooks>>;
export function withHooks(make: unknown, ...hooks: readonly AnyHook[]): unknown {
  return (contract: Contract, handler: (input: object) => unknown) => {
    refuseUndeclared(contract, hooks);
    const hooked = async (input: Input<Contract>) => {
      const request = new HookedRequest(contract, input);
      try {
        const result = await handler(await request.begin(hooks));
        if (contract.stream === undefined) {
          await request.end({ result });
          return result;
        }
        const { body, headers, cookies } = result instanceof Reply ? result : new Reply(result);
        return new Reply(request.untilEnd(body), headers, cookies);
      } catch (error) {
        await request.end({ error });
        throw error;
      }
    };
    return (make as (contract: Contract, handler: unknown) => unknown)(contract, hooked);
  };
}

/** The API description has the problems of contracts, so those of hooks must be among them. */
function refuseUndeclared({ name, problems }: Contract, hooks: readonly AnyHook[]): void {
  for (const hook of hooks) {
    const missing = hook.problems?.find((one) => !problems.includes(one));
    if (!missing) continue;
    throw new Error(
      `${name}: the hook ${hook.name} may throw "${missing.type}", which "problems" of the contract does not declare.`,
    );
  }
}
