import fc from 'fast-check';

/** A request of the trace. In place of an id it has the number of the user or game in order of creation. */
export interface TracedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The sender, as the number of a user; undefined without a token. */
  readonly caller: number | undefined;
}

/**
 * The same requests each time, good and bad, to all endpoints: `{user:3}` and `{game:5}` in paths stand for the third
 * user's and the fifth game's id, or for one that does not exist when there are not so many.
 */
export function recordedTrace(length: number): TracedRequest[] {
  const user = fc.nat(10).map((place) => `{user:${place}}`);
  const game = fc.nat(10).map((place) => `{game:${place}}`);
  const wrongId = fc.constantFrom('1', 'me', '00000000-0000-0000-0000-000000000000', '%00', 'a%2Fb');
  const userId = fc.oneof({ weight: 12, arbitrary: user }, { weight: 1, arbitrary: wrongId });
  const gameId = fc.oneof({ weight: 12, arbitrary: game }, { weight: 1, arbitrary: wrongId });
  const text = fc.constantFrom('Ann', 'Zoë', 'x'.repeat(100), 'x'.repeat(101), '', ' ', '😀');
  const key = fc.option(
    fc.nat(30).map((n) => `key-${n}`),
    { nil: undefined, freq: 3 },
  );
  const version = fc.option(fc.constantFrom('"1"', '"2"', '"3"', '*', 'W/"1"', 'x'), {
    nil: undefined,
    freq: 8,
  });
  const json = (value: object) => JSON.stringify(value);
  const wrongBody = fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '{"extra":1}',
    '{"name":1}',
    '{"title":"x","seats":1}',
  );
  const body = <T extends object>(good: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 6, arbitrary: good.map(json) }, { weight: 1, arbitrary: wrongBody });
  const query = fc.constantFrom(
    '',
    '?limit=2',
    '?limit=0',
    '?cursor=x',
    '?other=1',
    '?status=open',
    '?status=open&status=finished',
  );

  const request = (
    method: string,
    path: fc.Arbitrary<string>,
    parts: Partial<Record<'body' | 'key' | 'version', fc.Arbitrary<string | undefined>>> = {},
  ) =>
    fc
      .record({
        path,
        body: parts.body ?? fc.constant(undefined),
        key: parts.key ?? fc.constant(undefined),
        version: parts.version ?? fc.constant(undefined),
        caller: fc.option(fc.nat(10), { nil: undefined, freq: 12 }),
      })
      .map(
        ({ path, body, key, version, caller }): TracedRequest => ({
          method,
          path,
          body,
          caller,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(key && { 'idempotency-key': key }),
            ...(version && { 'if-match': version }),
          },
        }),
      );

  const email = fc.nat(200).map((n) => `user${n}@example.com`);
  const any = fc.oneof(
    request('POST', fc.constant('/users'), { body: body(fc.record({ name: text, email })), key }),
    request(
      'GET',
      userId.map((id) => `/users/${id}`),
    ),
    request(
      'PATCH',
      userId.map((id) => `/users/${id}`),
      { body: body(fc.record({ name: text })), version },
    ),
    request(
      'DELETE',
      userId.map((id) => `/users/${id}`),
    ),
    request(
      'GET',
      query.map((text) => `/users${text}`),
    ),
    request('POST', fc.constant('/games'), {
      body: body(fc.record({ title: text, seats: fc.integer({ min: 2, max: 4 }) })),
      key,
    }),
    request(
      'GET',
      gameId.map((id) => `/games/${id}`),
    ),
    request(
      'PATCH',
      gameId.map((id) => `/games/${id}`),
      {
        body: body(fc.record({ status: fc.constantFrom('open', 'playing', 'finished') })),
        version,
      },
    ),
    request(
      'DELETE',
      gameId.map((id) => `/games/${id}`),
    ),
    request(
      'GET',
      query.map((text) => `/games${text}`),
    ),
    request(
      'PUT',
      fc.tuple(gameId, userId).map(([g, u]) => `/games/${g}/players/${u}`),
    ),
    request(
      'DELETE',
      fc.tuple(gameId, userId).map(([g, u]) => `/games/${g}/players/${u}`),
    ),
    request(
      'GET',
      fc.tuple(userId, query).map(([id, text]) => `/users/${id}/games${text}`),
    ),
    request('GET', fc.constantFrom('/', '/nothing', '/users/1/2/3')),
  );
  return fc.sample(any, { seed: 4711, numRuns: length });
}
