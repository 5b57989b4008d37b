import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { type Contract, contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { reply } from './reply.ts';
import { smokeEvent } from './smoke.ts';
import { lambdaContext, sender, testIssuer, testSubject } from './testing/sender.ts';
import { CustomerNotFound, ida } from './testing/shop.ts';

const base = { name: 'test-endpoint', path: '/things', summary: 'Test', access: 'public' } as const;
const Thing = z.strictObject({ id: z.string(), version: z.int() });

class Conflict extends Problem {
  static override readonly type = 'conflict';
  static override readonly status = 409;
  static override readonly title = 'Conflict';
}

beforeEach(() => {
  vi.stubEnv('VALIDATE_RESPONSES', 'true');
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('an answer', () => {
  it('is the handler’s result as JSON with the contract’s status', async () => {
    const create = contract({ ...base, method: 'POST', body: Thing, response: Thing, status: 201 });
    const send = sender(
      create,
      endpoint(create, async ({ body }) => body),
    );
    const answer = await send({ body: { id: 'a', version: 1 } });
    expect(answer).toMatchObject({ status: 201, headers: { 'content-type': 'application/json' } });
    expect(answer.body).toEqual({ id: 'a', version: 1 });
  });

  it('has neither body nor content type when the contract has no response', async () => {
    const remove = contract({ ...base, method: 'DELETE' });
    const answer = await sender(
      remove,
      endpoint(remove, async () => {}),
    )();
    expect(answer).toMatchObject({ status: 204, cookies: [], body: undefined });
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  it.each([
    ['a body', { id: 'a', version: 1 }, 'no-store'],
    ['a problem', new Conflict(), 'no-store'],
    ['a bug', new Error('x'), 'no-store'],
  ])('of %s is nothing to a browser but data', async (_, result, cacheControl) => {
    const get = contract({ ...base, method: 'GET', response: Thing, problems: [Conflict] });
    const handler = endpoint(get, async () => {
      if (result instanceof Error) throw result;
      return result;
    });
    expect((await sender(get, handler)()).headers).toMatchObject({
      'cache-control': cacheControl,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
    });
  });

  it('with an ETag may be cached privately, and a reply’s own headers win', async () => {
    const get = contract({ ...base, method: 'GET', response: Thing, etag: 'version' });
    const thing = { id: 'a', version: 1 };
    const plain = endpoint(get, async () => thing);
    expect((await sender(get, plain)()).headers['cache-control']).toBe('private, no-cache');
    const own = endpoint(get, async () => reply(thing, { headers: { 'cache-control': 'max-age=60' } }));
    expect((await sender(get, own)()).headers['cache-control']).toBe('max-age=60');
  });

  describe('with headers of a reply', () => {
    const get = contract({ ...base, method: 'GET', response: z.unknown(), etag: 'version' as never });
    const replying = (headers: Record<string, string>, body: unknown = { version: 1 }) =>
      sender(
        get,
        endpoint(get, async () => reply(body, { headers })),
      )();

    it.each([
      [{ 'Cache-Control': 'max-age=60' }, 'cache-control', 'max-age=60'],
      [{ 'CONTENT-SECURITY-POLICY': 'sandbox' }, 'content-security-policy', 'sandbox'],
      [{ 'X-Content-Type-Options': 'off' }, 'x-content-type-options', 'off'],
      [{ ETag: '"own"' }, 'etag', '"own"'],
      [{ Location: '/things/1' }, 'location', '/things/1'],
      [{ 'X-One': 'a', 'x-one': 'b' }, 'x-one', 'b'],
    ])('has one header of a name, the reply’s own: %j', async (headers, name, value) => {
      const answer = await replying(headers as Record<string, string>);
      const same = Object.keys(answer.headers).filter((one) => one.toLowerCase() === name);
      expect(same).toEqual([name]);
      expect(answer.headers[name]).toBe(value);
    });

    it('sends a Set-Cookie among the headers as a cookie', async () => {
      const handler = endpoint(get, async () =>
        reply({ version: 1 }, { headers: { 'Set-Cookie': 'b=2' }, cookies: ['a=1'] }),
      );
      const answer = await sender(get, handler)();
      expect(answer.cookies).toEqual(['a=1', 'b=2']);
      expect(Object.keys(answer.headers)).not.toContain('set-cookie');
    });

    it('compares If-None-Match with an ETag of its own', async () => {
      const handler = endpoint(get, async () => reply({ version: 1 }, { headers: { ETag: '"own"' } }));
      const ask = (tag: string) => sender(get, handler)({ headers: { 'If-None-Match': tag } });
      expect((await ask('"own"')).status).toBe(304);
      expect((await ask('"1"')).status).toBe(200);
    });
  });

  describe('of a media type other than JSON', () => {
    const resultOf = (get: Contract, result: unknown) =>
      endpoint(get, async () => result as never)(
        { version: '2.0', headers: {}, requestContext: {} } as never,
        lambdaContext('test-endpoint'),
        () => {},
      ) as Promise<{ statusCode: number; headers: object; body: string; isBase64Encoded?: boolean }>;
    const untyped = contract({ ...base, method: 'GET', response: z.unknown() });
    const typed = (type: string) => reply('"a",b\n', { headers: { 'Content-Type': type } });

    it.each(['text/csv', 'text/csv; charset=utf-8', 'text/html', 'application/xml', 'application/x-ndjson'])(
      'sends a string as it is: %s',
      async (type) => {
        const result = await resultOf(untyped, typed(type));
        expect(result).toMatchObject({ statusCode: 200, body: '"a",b\n' });
        expect(result.headers).toMatchObject({ 'content-type': type });
        expect(result.headers).not.toHaveProperty('Content-Type');
        expect(result.isBase64Encoded).toBeUndefined();
      },
    );

    it.each(['application/json', 'application/hal+json; charset=utf-8', 'text/json'])(
      'is not one that is JSON: %s',
      async (type) => {
        const result = await resultOf(untyped, typed(type));
        expect(result).toMatchObject({ headers: { 'content-type': type }, body: JSON.stringify('"a",b\n') });
      },
    );

    it.each([
      ['a Uint8Array', new Uint8Array([0, 255, 16]).subarray(1)],
      ['a Buffer', Buffer.from([255, 16])],
    ])('sends %s in base64', async (_, bytes) => {
      const result = await resultOf(untyped, reply(bytes, { headers: { 'content-type': 'image/png' } }));
      expect(result).toMatchObject({
        headers: { 'content-type': 'image/png' },
        body: '/xA=',
        isBase64Encoded: true,
      });
    });

    it('is application/octet-stream for bytes without a type', async () => {
      expect(await resultOf(untyped, new Uint8Array([255, 16]))).toMatchObject({
        headers: { 'content-type': 'application/octet-stream' },
        body: '/xA=',
        isBase64Encoded: true,
      });
    });

    it('is declared by the contract', async () => {
      const csv = contract({ ...base, method: 'GET', response: z.string(), contentType: 'text/csv' });
      expect(await resultOf(csv, 'a,b')).toMatchObject({
        headers: { 'content-type': 'text/csv' },
        body: 'a,b',
      });
      const image = contract({
        ...base,
        method: 'GET',
        response: z.instanceof(Uint8Array),
        contentType: 'image/png',
      });
      const handler = endpoint(image, async () => new Uint8Array([1, 2]));
      expect((await sender(image, handler)()).body).toEqual(new Uint8Array([1, 2]));
      expect(
        (
          await sender(
            csv,
            endpoint(csv, async () => 'a,b'),
          )()
        ).body,
      ).toBe('a,b');
    });

    it('is a 500 with the reason in the log when the body is neither', async () => {
      const error = vi.spyOn(console, 'error').mockReturnValue();
      vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
      const result = await resultOf(untyped, reply({ a: 1 }, { headers: { 'content-type': 'text/csv' } }));
      expect(result.statusCode).toBe(500);
      expect(JSON.parse(error.mock.calls[0]?.[0]).error.message).toBe(
        'A body of text/csv must be a string or a Uint8Array, not object.',
      );
    });
  });

  it('carries the headers and cookies of a reply', async () => {
    const create = contract({ ...base, method: 'POST', response: z.string() });
    const handler = endpoint(create, async () =>
      reply('made', { headers: { location: '/things/1' }, cookies: ['a=1; HttpOnly', 'b=2'] }),
    );
    expect(await sender(create, handler)()).toMatchObject({
      headers: { location: '/things/1' },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: 'made',
    });
  });

  it('against the contract is a 500 where responses are validated, and sent where they are not', async () => {
    const get = contract({ ...base, method: 'GET', response: Thing });
    const handler = async () => ({ id: 'a', version: 1, secret: 'x' });
    expect((await sender(get, endpoint(get, handler))()).status).toBe(500);
    vi.stubEnv('VALIDATE_RESPONSES', undefined);
    expect((await sender(get, endpoint(get, handler))()).status).toBe(200);
  });
});

describe('an error', () => {
  const get = contract({ ...base, method: 'GET', response: Thing, problems: [Conflict] });
  const failing = (error: unknown) =>
    sender(
      get,
      endpoint(get, async () => {
        throw error;
      }),
    )();

  it('of the contract’s problems is that problem', async () => {
    const answer = await failing(new Conflict('Taken.', { holder: 'x' }));
    expect(answer).toMatchObject({ status: 409, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body).toEqual({
      type: 'urn:problem-type:conflict',
      title: 'Conflict',
      status: 409,
      detail: 'Taken.',
      holder: 'x',
    });
  });

  it('has one header of a name, the problem’s own', async () => {
    class Slow extends Conflict {
      constructor() {
        super(undefined, {}, { 'Retry-After': '3', 'Cache-Control': 'max-age=3' });
      }
    }
    const { headers } = await failing(new Slow());
    expect(headers).toMatchObject({ 'retry-after': '3', 'cache-control': 'max-age=3' });
    expect(headers).not.toHaveProperty('Cache-Control');
  });

  it.each([
    ['an Error with a telling message', new Error('relation "orders.orders" does not exist')],
    ['a problem the contract does not declare', new CustomerNotFound(ida)],
    ['something that is no Error', 'oops'],
    ['undefined', undefined],
  ])('that is %s becomes a 500 that tells nothing', async (_, error) => {
    const answer = await failing(error);
    expect(answer.body).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 });
    expect(answer.status).toBe(500);
  });
});

describe('conditional requests', () => {
  const get = contract({ ...base, method: 'GET', response: Thing, etag: 'version' });
  const read = sender(
    get,
    endpoint(get, async () => ({ id: 'a', version: 7 })),
  );
  const change = contract({ ...base, method: 'PATCH', response: z.unknown(), ifMatch: true });
  const patch = sender(
    change,
    endpoint(change, async ({ ifMatch }) => ifMatch),
  );

  it('send the version as a strong ETag', async () => {
    expect((await read()).headers.etag).toBe('"7"');
  });

  it.each(['"7"', 'W/"7"', '"1", "7"', '*'])(
    'answer 304 without a body to If-None-Match: %s',
    async (tag) => {
      expect(await read({ headers: { 'if-none-match': tag } })).toEqual({
        status: 304,
        headers: expect.objectContaining({ etag: '"7"' }),
        cookies: [],
        body: undefined,
      });
    },
  );

  it.each(['"6"', '7', 'W/"77"'])('answer in full to If-None-Match: %s', async (tag) => {
    expect((await read({ headers: { 'if-none-match': tag } })).status).toBe(200);
  });

  it('without If-Match are refused with 428 where the contract wants one', async () => {
    expect((await patch()).status).toBe(428);
  });

  it.each([
    ['"3"', [3]],
    ['"3", "4" ,"5"', [3, 4, 5]],
    ['*', '*'],
    ['W/"3"', []],
    ['"other"', []],
    ['"3', []],
    ['3', []],
    ['"99999999999999999999"', []],
  ])('with If-Match: %s name the versions %j', async (header, versions) => {
    expect((await patch({ headers: { 'if-match': header } })).body).toEqual(versions);
  });
});

describe('access', () => {
  const answering = (access: 'public' | 'user' | { scope: string }) => {
    const get = contract({ ...base, method: 'GET', response: z.unknown(), access });
    return sender(
      get,
      endpoint(get, async ({ caller }) => caller ?? null),
    );
  };

  const testCaller = {
    issuer: testIssuer,
    subject: testSubject,
    scopes: [],
    roles: [],
    claims: { iss: testIssuer, sub: testSubject, scope: '' },
  };
  /** Options of a request whose token has these claims. */
  const withClaims = (claims: Record<string, string>) => ({
    event: { requestContext: { authorizer: { jwt: { claims, scopes: null } } } as never },
  });

  it('public lets everyone in, and still tells who it is', async () => {
    expect((await answering('public')({}, { subject: null })).body).toBeNull();
    expect((await answering('public')({}, withClaims({ sub: '' }))).body).toBeNull();
    expect((await answering('public')()).body).toEqual(testCaller);
  });

  it('user wants a token', async () => {
    const refused = await answering('user')({}, { subject: null });
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect((await answering('user')()).body).toEqual(testCaller);
  });

  it.each([
    ['Auth0', 'auth0|64f1c2a7e4b0'],
    ['a number', '42'],
    ['a UUID version 4', 'c0ffee00-1234-4abc-8def-0123456789ab'],
    ['Cognito', 'us-east-1:5f0c2e1a-7a3b-4c55-9f5e-0c1d2e3f4a5b'],
    ['Clerk', 'user_2abcDEF'],
    ['a URI', 'https://id.example/people/7'],
    ['Entra', 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ'],
    ['255 characters', 'x'.repeat(255)],
  ])('user takes a subject of any form: %s', async (_, subject) => {
    expect(await answering('user')({}, { subject })).toMatchObject({ status: 200, body: { subject } });
  });

  it.each(['user', { scope: 'admin' }] as const)(
    '%j wants a token with a subject that can be stored: 1 to 255 characters, no NUL, no half of a character',
    async (access) => {
      for (const sub of [undefined, '', 'x'.repeat(256), 'a\0b', 'a\ud800b']) {
        const claims = { ...(sub !== undefined && { sub }), scope: 'admin' };
        const refused = await answering(access)({}, withClaims(claims));
        expect(refused).toMatchObject({ status: 401, body: { type: 'urn:problem-type:unauthenticated' } });
      }
    },
  );

  it('gives the handler all claims of the token', async () => {
    const claims = {
      iss: 'https://id.example/',
      sub: 'auth0|64f1',
      email_verified: 'true',
      'https://shop.example/tenant': 't-1',
      scope: 'orders:read orders:write',
    };
    expect((await answering('user')({}, withClaims(claims))).body).toEqual({
      issuer: 'https://id.example/',
      subject: 'auth0|64f1',
      scopes: ['orders:read', 'orders:write'],
      roles: [],
      claims,
    });
  });

  it('by scope wants that very scope', async () => {
    const send = answering({ scope: 'admin' });
    expect((await send({}, { subject: null })).status).toBe(401);
    expect((await send()).status).toBe(403);
    expect((await send({}, { scopes: ['administrator', 'admins'] })).status).toBe(403);
    expect((await send({}, { scopes: ['read', 'admin'] })).status).toBe(200);
  });

  it.each([
    { scope: 'read admin' },
    { scp: 'read admin' },
    { scp: '[read admin]' },
    { scp: ['read', 'admin'] as never },
    { scope: '[read admin]' },
    { scope: '', scp: 'admin' },
    { scope: 'read', scp: '[admin read]' },
  ])('has scopes where issuers put them: %j', async (claims) => {
    const send = answering({ scope: 'admin' });
    expect((await send({}, withClaims({ sub: testSubject, ...claims }))).status).toBe(200);
  });

  it('has each scope once, and none of a token without', async () => {
    const scopesOf = async (claims: Record<string, string>) =>
      (await answering('user')({}, withClaims({ sub: testSubject, ...claims }))).body;
    expect(await scopesOf({ scope: 'a b', scp: '[b c]' })).toMatchObject({ scopes: ['a', 'b', 'c'] });
    expect(await scopesOf({})).toMatchObject({ scopes: [] });
    expect(await scopesOf({ scp: '[]', scope: ' ' })).toMatchObject({ scopes: [] });
  });

  it.each([
    ['cognito:groups', { 'cognito:groups': '[admins editors]' }, ['admins', 'editors']],
    ['https://shop.example/role', { 'https://shop.example/role': 'Shop keeper' }, ['Shop keeper']],
    ['roles', { roles: '[]' }, []],
    ['roles', { roles: '' }, []],
    ['roles', { role: 'admin' }, []],
    [undefined, { undefined: 'admin', '': 'admin', roles: 'admin' }, []],
    ['constructor', {}, []],
  ])('has the roles of the claim that JWT_ROLE_CLAIM names: %s of %j', async (name, claims, roles) => {
    vi.stubEnv('JWT_ROLE_CLAIM', name);
    const { body } = await answering('user')({}, { claims: claims as Record<string, string> });
    expect(body).toMatchObject({ roles });
    vi.stubEnv('JWT_ROLE_CLAIM', undefined);
  });
});

describe('the log', () => {
  const get = contract({ ...base, method: 'GET', response: z.string(), problems: [Conflict] });
  const run = (work: () => Promise<string>) => sender(get, endpoint(get, work))();

  it('has one line of JSON per request', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', undefined);
    const info = vi.spyOn(console, 'info').mockReturnValue();
    await run(async () => 'x');
    expect(info).toHaveBeenCalledOnce();
    const record = JSON.parse(info.mock.calls[0]?.[0]);
    expect(record).toEqual({
      endpoint: 'test-endpoint',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      route: 'GET /things',
      status: 200,
      durationMs: expect.any(Number),
    });
  });

  it('leaves the JSON to Lambda when its log format is JSON', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', undefined);
    vi.stubEnv('AWS_LAMBDA_LOG_FORMAT', 'JSON');
    const info = vi.spyOn(console, 'info').mockReturnValue();
    await run(async () => {
      throw new Conflict();
    });
    expect(info.mock.calls[0]?.[0]).toMatchObject({ status: 409, problem: 'urn:problem-type:conflict' });
  });

  it('has the error with stack and cause of a 500, at level ERROR', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
    const info = vi.spyOn(console, 'info').mockReturnValue();
    const error = vi.spyOn(console, 'error').mockReturnValue();
    await run(async () => {
      throw new Error('outer', { cause: new Error('inner') });
    });
    expect(JSON.parse(error.mock.calls[0]?.[0])).toMatchObject({
      status: 500,
      error: {
        message: 'outer',
        stack: expect.stringContaining('endpoint.spec.ts'),
        cause: { message: 'inner' },
      },
    });
    expect(info).not.toHaveBeenCalled();
  });

  it('has nothing that the client sent, whatever an error says of it', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
    const create = contract({
      ...base,
      path: '/things/{id}',
      method: 'POST',
      params: z.object({ id: z.string() }),
      query: z.object({ q: z.string() }),
      headers: z.object({ 'idempotency-key': z.string() }),
      cookies: z.object({ session: z.string() }),
      body: z.record(z.string(), z.string()),
      access: 'user',
    });
    const part = fc
      .string({ unit: 'grapheme', minLength: 8 })
      .map((text) => text.trim())
      .filter((text) => text.length > 7);
    const word = fc.uuid();
    const sent = fc.record({ id: part, q: part, session: word, name: part, token: word });
    await fc.assert(
      fc.asyncProperty(sent, async ({ id, q, session, name, token }) => {
        const error = vi.spyOn(console, 'error').mockReturnValue();
        const handler = endpoint(create, async ({ event }) => {
          const cause = new TypeError(`${JSON.stringify(event.body)} ${event.headers.authorization}`);
          throw new Error(
            `invalid "${name}" of ${id}, ${JSON.stringify({ q })} and ${session}, ${event.headers['idempotency-key']}`,
            {
              cause,
            },
          );
        });
        const request = { params: { id }, query: { q }, cookies: { session }, body: { name: ` ${name}\n` } };
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `key ${token}`,
          'user-agent': 'node',
        };
        expect((await sender(create, handler)(request, { event: { headers } })).status).toBe(500);
        const line = JSON.parse(error.mock.calls[0]?.[0]).error;
        expect(line.message).toBe(
          'invalid "[redacted]" of [redacted], {"q":"[redacted]"} and [redacted], [redacted]',
        );
        // Undeclared headers are not redacted.
        expect(line.stack).toContain('node');
        const log = JSON.stringify(line);
        for (const secret of [id, q, session, name, token]) expect(log).not.toContain(secret);
        error.mockRestore();
      }),
      { numRuns: 200 },
    );
  });

  it('keeps quiet below the function’s log level', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'WARN');
    const info = vi.spyOn(console, 'info').mockReturnValue();
    await run(async () => 'x');
    expect(info).not.toHaveBeenCalled();
  });
});

it('is a plain Lambda handler of two arguments, as nodejs24.x wants', async () => {
  const get = contract({ ...base, method: 'GET', response: z.string() });
  const handler = endpoint(get, async ({ context, event }) => `${context.functionName} ${event.rawPath}`);
  expect(handler.length).toBe(2);
  const event = { version: '2.0', rawPath: '/things', headers: {}, requestContext: {} };
  const result = await handler(event as never, lambdaContext('plain'), () => {});
  expect(result).toMatchObject({ statusCode: 200, body: '"plain /things"' });
});

it('answers the smoke test of a deployment without a token, running nothing', async () => {
  const handler = vi.fn();
  const remove = contract({ ...base, method: 'DELETE', access: 'user' });
  const answer = await endpoint(remove, handler)(
    smokeEvent('DELETE /things') as never,
    lambdaContext('test-endpoint'),
    () => {},
  );
  expect(answer).toEqual({ statusCode: 204 });
  expect(handler).not.toHaveBeenCalled();
});
