/** An action of CloudFormation that fails on demand. */
export interface DemandedFailure {
  readonly stack: string;
  /** Logical id. Not needed for a change set. */
  readonly resource?: string;
  /**
   * - `create`, `update`, `delete`: of the resource, in any operation on the stack
   * - `rollback`: return of the resource to what it was before an update
   * - `changeSet`: creation of a change set
   */
  readonly action: 'create' | 'update' | 'delete' | 'rollback' | 'changeSet';
  /** How often it fails before it succeeds. Default 1. */
  readonly times?: number;
  readonly reason?: string;
}

/** Requests of tests to the emulator itself. */
export class EmulatorControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Makes the next such action fail. The stack then ends as CloudFormation would leave it. */
  async fail(failure: DemandedFailure): Promise<void> {
    await this.#ask('failures', { failure });
  }

  /**
   * Brings a stack into a state, as if somebody else had, and stops what is under way. A stack that does not exist is made,
   * without resources.
   */
  async setStackStatus(region: string, stack: string, status: string, reason?: string): Promise<void> {
    await this.#ask('stack-status', { region, stack, status, reason });
  }

  /** The properties of a stack's resource as deployed now, references resolved; undefined when there is none. */
  async deployed<Properties>(
    region: string,
    stack: string,
    resource: string,
  ): Promise<Properties | undefined> {
    const { properties } = await this.#ask('resource', { region, stack, resource });
    return (properties ?? undefined) as Properties | undefined;
  }

  /**
   * The OpenAPI documents of a stack's HTTP API that requests meet now: none without an API, and two while a change is not
   * everywhere yet.
   */
  async apiBodies(region: string, stack: string): Promise<readonly unknown[]> {
    return (await this.#ask('api', { region, stack })).bodies as unknown[];
  }

  /** The number of requests that were refused since there were too many. */
  async throttledRequests(): Promise<number> {
    return (await this.#ask('throttled', {})).requests as number;
  }

  async #ask(what: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}/emulator/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`The emulator answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }
}
