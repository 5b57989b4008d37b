import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildClient } from '@nanoservices/api/client-generator';
import { readWorkspace } from '@nanoservices/model';
import { repositoryRoot } from './repository.ts';

interface Game {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly version: number;
}

interface OfGame {
  readonly params: { readonly gameId: string };
}

/** The methods that proofs use. */
export interface ArcadeClient {
  createGame(request: {
    readonly body: { readonly title: string; readonly seats: number };
    readonly headers?: { readonly 'idempotency-key': string };
  }): Promise<Game>;
  updateGame(
    request: OfGame & { readonly body: { readonly title: string }; readonly ifMatch: number },
  ): Promise<Game>;
  joinGame(request: {
    readonly params: { readonly gameId: string; readonly userId: string };
  }): Promise<unknown>;
  getGame(request: OfGame): Promise<Game & { readonly players: readonly { readonly userId: string }[] }>;
  deleteGame(request: OfGame): Promise<undefined>;
  listGames(request?: {
    readonly query: { readonly status: readonly string[]; readonly limit: number };
  }): Promise<{ readonly items: readonly Game[] }>;
  getUser(request: { readonly params: { readonly userId: string } }): Promise<{ readonly id: string }>;
}

/** The generated client as a module: what `nanos client` makes of this repository's application. */
export interface ArcadeClientModule {
  createClient(options: {
    readonly baseUrl: string;
    readonly token?: string | undefined;
    readonly timeoutMs?: number;
    readonly retries?: number;
    readonly fetch?: typeof fetch;
  }): ArcadeClient;
  isProblem(error: unknown, type: string): boolean;
  readonly ProblemError: new (...args: never[]) => Error & { readonly status: number };
  readonly NetworkError: new (...args: never[]) => Error;
}

/** The client in a temporary folder, gone when disposed of. */
export interface BuiltArcadeClient extends Disposable {
  readonly module: ArcadeClientModule;
  /** The JavaScript file, absolute. */
  readonly file: string;
}

/** Generates the typed client of this repository's application, and imports it. */
export async function buildArcadeClient(): Promise<BuiltArcadeClient> {
  const workspace = await readWorkspace(repositoryRoot);
  const folder = mkdtempSync(join(tmpdir(), 'arcade-client-'));
  await buildClient(workspace, folder);
  const file = join(folder, 'index.js');
  return {
    module: await import(pathToFileURL(file).href),
    file,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
