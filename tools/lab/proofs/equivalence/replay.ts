import { createTestDatabase } from '@nanoservices/database/testing';
import type { Isolation } from '@nanoservices/model';
import { startApi } from '@nanoservices/runtime';
import { localIssuer } from '@nanoservices/runtime/tokens';
import pg from 'pg';
import { repositoryRoot } from '../../testbed/repository.ts';
import type { TracedRequest } from './trace.ts';

/** Responses to a trace, and the database after it. */
export interface Outcome {
  /** Status, headers and body of each, with ids and times replaced by their order. */
  readonly responses: readonly string[];
  /** The rows of all tables, normalised in the same way. */
  readonly database: readonly string[];
}

export interface ReplayOptions {
  /** The workspace. */
  readonly root: string;
  readonly topology: string;
  readonly isolation: Isolation;
  /** Replaces the connection string of the database, for example with the one of a pooler. */
  readonly through?: (databaseUrl: string) => string;
}

/** Sends a trace of requests to the application with an empty database. */
export async function replay(
  trace: readonly TracedRequest[],
  { through = (url) => url, ...options }: ReplayOptions,
): Promise<Outcome> {
  const issuer = await localIssuer(options.root);
  const database = await createTestDatabase(repositoryRoot);
  const env = { ...database.environment, DATABASE_URL: through(database.url) };
  const api = await startApi({ ...options, env });
  const names = new Map<string, string>();
  const ids: Record<'user' | 'game', string[]> = { user: [], game: [] };
  const responses: string[] = [];
  try {
    for (const { method, path, headers, body, caller } of trace) {
      const idOf = (kind: 'user' | 'game', place: number) =>
        ids[kind][place] ?? `0197f3a0-0000-7000-8000-${String(place).padStart(12, '0')}`;
      const url = path.replace(/\{(user|game):(\d+)\}/g, (_, kind, place) => idOf(kind, Number(place)));
      const token = caller === undefined ? {} : await bearer(issuer, caller);
      const response = await fetch(api.url + url, {
        method,
        headers: { ...headers, ...token },
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const kind = url === '/users' ? 'user' : url === '/games' ? 'game' : undefined;
      if (kind && response.status === 201) {
        const { id } = JSON.parse(text);
        // A caller's own user has the caller's place.
        if (kind === 'user') ids.user[caller as number] = id;
        else if (!ids.game.includes(id)) ids.game.push(id);
      }
      const shown = ['content-type', 'etag', 'location'].map((name) => response.headers.get(name)).join(' ');
      responses.push(normalise(`${response.status} ${shown} ${text}`, names));
    }
    return { responses, database: await dump(database.url, names) };
  } finally {
    await api.stop();
    await database.drop();
  }
}

type Issuer = Awaited<ReturnType<typeof localIssuer>>;

async function bearer(issuer: Issuer, caller: number): Promise<Record<string, string>> {
  const scope = caller % 2 === 0 ? 'admin' : '';
  return { authorization: `Bearer ${await issuer.issue({ sub: `auth0|${caller}`, scope })}` };
}

/** Ids are numbered in order of appearance; times and cursors, which contain ids and times, are left out. */
function normalise(text: string, names: Map<string, string>): string {
  return text
    .replace(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, (id) => {
      if (!names.has(id)) names.set(id, `id${names.size}`);
      return names.get(id) as string;
    })
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::\d\d)?)?/g, 'time')
    .replace(/"nextCursor":"[^"]+"/g, '"nextCursor":"cursor"');
}

async function dump(url: string, names: Map<string, string>): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema IN ('users', 'games') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const all: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${name} t`);
    all.push(...rows.map(({ row }) => normalise(`${name} ${row}`, names)).sort());
  }
  await client.end();
  return all;
}
