import type { Contract } from './contract.ts';
import { describeError } from './describe-error.ts';
import type { Input } from './endpoint.ts';
import { isExpected } from './expected-problems.ts';
import type { AnyHook, HookInput, Outcome } from './hook.ts';
import { redactor } from './redact.ts';
import { isLogged, writeLine } from './request-log.ts';

/** The end of a request: a result, or an error. */
type End = Pick<Outcome, 'result'> | Required<Pick<Outcome, 'error'>>;

/** A request on its way through hooks. Each request has its own. */
export class HookedRequest {
  readonly #contract: Contract;
  #input: HookInput;
  /** Hooks that have begun, with the input that each of them knows. */
  readonly #begun: { readonly hook: AnyHook; readonly input: HookInput; readonly startedAt: number }[] = [];

  constructor(contract: Contract, input: Input<Contract>) {
    this.#contract = contract;
    this.#input = { ...input, contract };
  }

  /** Runs `before` of each hook. @returns the input of the handler: what is there already cannot be replaced */
  async begin(hooks: readonly AnyHook[]): Promise<object> {
    for (const hook of hooks) {
      const startedAt = performance.now();
      const added = (await hook.before?.(this.#input as never)) as object | undefined;
      this.#input = { ...added, ...this.#input };
      this.#begun.push({ hook, input: this.#input, startedAt });
    }
    return this.#input;
  }

  /** Runs `after` of each hook that has begun, the last one first. Never rejects. */
  async end(end: End, status = this.#statusOf(end)): Promise<void> {
    for (const { hook, input, startedAt } of this.#begun.reverse()) {
      try {
        await hook.after?.(input as never, { ...end, status, durationMs: performance.now() - startedAt });
      } catch (error) {
        this.#log(hook, error);
      }
    }
  }

  /** Hands on the parts of a stream, and ends the request with it. */
  async *untilEnd<Part>(parts: AsyncIterable<Part>): AsyncGenerator<Part> {
    let end: End = { error: new Error('The response was not read to its end.') };
    let isBegun = false;
    try {
      for await (const part of parts) {
        isBegun = true;
        yield part;
      }
      end = {};
    } catch (error) {
      end = { error };
      throw error;
    } finally {
      // A response that breaks off is no problem that its client could read.
      await this.end(end, isBegun && 'error' in end ? 500 : undefined);
    }
  }

  #statusOf(end: End): number {
    const { status } = this.#contract;
    if (!('error' in end)) return status;
    return isExpected(this.#contract, end.error) ? end.error.details.status : 500;
  }

  #log({ name }: AnyHook, error: unknown): void {
    if (!isLogged('ERROR')) return;
    const { context, event } = this.#input;
    writeLine('ERROR', {
      endpoint: this.#contract.name,
      requestId: context.awsRequestId,
      hook: name,
      error: describeError(error, redactor(this.#contract, event)),
    });
  }
}
