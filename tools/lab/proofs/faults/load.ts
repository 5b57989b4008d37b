import { randomUUID } from 'node:crypto';
import type { StartedApi } from '@nanoservices/runtime';
import type { ArcadeClient, ArcadeClientModule } from '../../testbed/arcade-client.ts';

/** One request as it went over the wire: a client's call may be several. */
export interface Attempt {
  /** From `performance.now()`. */
  readonly startedAt: number;
  /** Absent while it waits. */
  durationMs?: number;
  /** HTTP status code; absent without a response. */
  status?: number;
}

/** A creation, confirmed if it has an id. */
export interface Creation {
  readonly title: string;
  readonly id: string | undefined;
}

/** Clients that read and create, each one thing after the other, and check every response. */
export class Load {
  readonly attempts: Attempt[] = [];
  readonly creations: Creation[] = [];
  /** Responses to another request than was sent. */
  readonly mistaken: string[] = [];
  readonly #module: ArcadeClientModule;
  readonly #client: ArcadeClient;
  readonly #userId: string;

  /** @param userId - an existing user */
  constructor(module: ArcadeClientModule, { url, token }: Pick<StartedApi, 'url' | 'token'>, userId: string) {
    this.#module = module;
    this.#client = module.createClient({ baseUrl: url, token, retries: 10, fetch: this.#fetch });
    this.#userId = userId;
  }

  /** Starts more clients. After `stop`, each finishes its request. */
  start(clients: number): { stop(): Promise<unknown> } {
    const state = { isOver: false };
    const running = Array.from({ length: clients }, () => this.#run(state));
    return {
      stop: () => {
        state.isOver = true;
        return Promise.all(running);
      },
    };
  }

  readonly #fetch: typeof fetch = async (...request) => {
    const attempt: Attempt = { startedAt: performance.now() };
    this.attempts.push(attempt);
    try {
      const response = await fetch(...request);
      attempt.status = response.status;
      return response;
    } finally {
      attempt.durationMs = performance.now() - attempt.startedAt;
    }
  };

  async #run(state: { readonly isOver: boolean }): Promise<void> {
    while (!state.isOver) {
      const id = await this.#create();
      if (id === undefined) continue;
      await this.#expect('game', id, async () => (await this.#client.getGame({ params: { gameId: id } })).id);
      await this.#expect('user', this.#userId, async () => {
        return (await this.#client.getUser({ params: { userId: this.#userId } })).id;
      });
      await this.#expect('list', 'open', async () => {
        const { items } = await this.#client.listGames({ query: { status: ['open'], limit: 1 } });
        return items[0]?.status;
      });
    }
  }

  async #create(): Promise<string | undefined> {
    const title = `Fault ${randomUUID()}`;
    try {
      const game = await this.#client.createGame({ body: { title, seats: 2 } });
      if (game.title !== title) this.mistaken.push(`created ${game.title} instead of ${title}`);
      this.creations.push({ title, id: game.id });
      return game.id;
    } catch (error) {
      if (!this.#isFailure(error)) throw error;
      this.creations.push({ title, id: undefined });
      return undefined;
    }
  }

  async #expect(what: string, expected: string, ask: () => Promise<string | undefined>): Promise<void> {
    try {
      const found = await ask();
      if (found !== expected) this.mistaken.push(`${what} ${found} instead of ${expected}`);
    } catch (error) {
      if (!this.#isFailure(error)) throw error;
      if (error instanceof this.#module.ProblemError && error.status < 500) {
        this.mistaken.push(`${what} ${expected}: ${error.status} ${error.message}`);
      }
    }
  }

  #isFailure(error: unknown): boolean {
    const { ProblemError, NetworkError } = this.#module;
    return error instanceof ProblemError || error instanceof NetworkError;
  }
}
