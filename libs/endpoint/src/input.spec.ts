import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { lambdaContext, sender } from './testing/sender.ts';

vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');

/** An endpoint that answers with what its handler got. */
const echo = contract({
  name: 'echo',
  method: 'POST',
  path: '/echo/{id}',
  summary: 'Echo',
  params: z.strictObject({ id: z.string().check(z.minLength(2)) }),
  query: z.strictObject({ q: z.optional(z.string()), tags: z.optional(z.array(z.string())) }),
  headers: z.object({ 'x-mode': z.optional(z.enum(['a', 'b'])) }),
  cookies: z.object({ session: z.optional(z.string()) }),
  body: z.strictObject({ text: z.string() }),
  response: z.unknown(),
  access: 'public',
});
const handler = endpoint(echo, async ({ params, query, headers, cookies, body }) => {
  return { params, query, headers, cookies, body };
});
const send = sender(echo, handler);
const good = { params: { id: 'ab' }, body: { text: 'hi' } };

describe('reads', () => {
  it('all parts of a request', async () => {
    const request = { ...good, query: { q: 'x' }, headers: { 'x-mode': 'a' }, cookies: { session: 's' } };
    expect((await send(request)).body).toEqual(request);
  });

  it('only the headers and cookies that are declared', async () => {
    const answer = await send({ ...good, headers: { 'x-other': '1' }, cookies: { other: '1' } });
    expect(answer.body).toMatchObject({ headers: {}, cookies: {} });
  });

  it('a single value with commas in it as it is', async () => {
    expect((await send({ ...good, query: { q: 'a,b' } })).body).toMatchObject({ query: { q: 'a,b' } });
  });

  it('a list from repeated parameters, whose values may have commas', async () => {
    const query = { tags: ['a,b', 'c d', 'é'] };
    expect((await send({ ...good, query })).body).toMatchObject({ query });
    expect((await send({ ...good, query: { tags: ['one'] } })).body).toMatchObject({
      query: { tags: ['one'] },
    });
  });

  it('the repeated values of a single parameter joined by commas, as API Gateway gives them', async () => {
    expect((await send({ ...good, query: { q: ['a', 'b'] } })).body).toMatchObject({ query: { q: 'a,b' } });
  });

  it('the first of two cookies with one name, and values with "="', async () => {
    const event = { cookies: ['session=a=b', 'session=c'] };
    expect((await send(good, { event })).body).toMatchObject({ cookies: { session: 'a=b' } });
  });

  it('a base64-encoded body', async () => {
    const body = Buffer.from('{"text":"zażółć"}').toString('base64');
    const answer = await send(good, { event: { body, isBase64Encoded: true } });
    expect(answer.body).toMatchObject({ body: { text: 'zażółć' } });
  });

  it.each([undefined, 'application/json', 'Application/JSON; charset=utf-8', 'application/merge-patch+json'])(
    'JSON of content type %s',
    async (contentType) => {
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      expect((await send(good, { event: { headers } })).status).toBe(200);
    },
  );
});

describe('refuses', () => {
  it('with every place that does not match, in every part', async () => {
    const answer = await send({
      params: { id: 'a' },
      query: { unknown: '1' },
      headers: { 'x-mode': 'c' },
      body: { text: 1, more: true },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:problem-type:invalid-input',
      title: 'Invalid input',
      status: 400,
      detail: expect.any(String),
      errors: [
        { path: 'params.id', message: 'Too small: expected string to have >=2 characters' },
        { path: 'query', message: 'Unrecognized key: "unknown"' },
        { path: 'headers.x-mode', message: 'Invalid option: expected one of "a"|"b"' },
        { path: 'body.text', message: 'Invalid input: expected string, received number' },
        { path: 'body', message: 'Unrecognized key: "more"' },
      ],
    });
  });

  it.each([
    ['no body', {}],
    ['an empty body', { body: '' }],
    ['a body that is not JSON', { body: '{"text":' }],
    ['a base64 body that is not UTF-8', { body: '/w==', isBase64Encoded: true }],
  ])('%s', async (_, event) => {
    const answer = await send({ params: { id: 'ab' } }, { event });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'body' }] } });
  });

  it('a body of another media type with 415', async () => {
    for (const type of ['text/plain', 'application/jsonp', 'multipart/form-data; boundary=x']) {
      expect((await send(good, { event: { headers: { 'content-type': type } } })).status, type).toBe(415);
    }
  });

  it('a body that is too large with 413, before it is parsed', async () => {
    const small = contract({
      name: 'small',
      method: 'POST',
      path: '/small',
      summary: 'Small',
      access: 'public',
      body: z.string(),
      bodyLimitBytes: 10,
    });
    const run = sender(
      small,
      endpoint(small, async () => {}),
    );
    const status = async (text: string, isBase64Encoded = false) => {
      const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
      return (await run({}, { event: { body, isBase64Encoded } })).status;
    };
    // Bytes count, not letters.
    expect(await Promise.all([status('"12345678"'), status('"éééé"'), status('"12345678"', true)])).toEqual([
      204, 204, 204,
    ]);
    expect(
      await Promise.all([status('"123456789"'), status('"ééééé"'), status('[not JSON!]', true)]),
    ).toEqual([413, 413, 413]);
    const answer = await send(good, { event: { body: `"${'x'.repeat(2 ** 20)}"` } });
    expect(answer).toMatchObject({ status: 413, body: { type: 'urn:problem-type:content-too-large' } });
  });

  it('a body with more mismatches than fit into an answer, of which it names the first thousand', async () => {
    const list = contract({
      name: 'list',
      method: 'POST',
      path: '/list',
      summary: 'List',
      access: 'public',
      body: z.array(z.string()),
    });
    const run = sender(
      list,
      endpoint(list, async () => {}),
    );
    const answer = await run({ body: Array(500_000).fill(1) } as never);
    const { errors } = answer.body as { errors: { path: string; message: string }[] };
    expect([answer.status, errors.length]).toEqual([400, 1001]);
    expect(errors[999]?.path).toBe('body.999');
    expect(errors[1000]).toEqual({ path: 'body', message: '499000 more mismatches' });
  });

  it('a body that no contract declares with 413, above 1 KiB or the limit of the contract', async () => {
    const base = { method: 'DELETE', path: '/bare', summary: 'Bare', access: 'public' } as const;
    const bare = contract({ ...base, name: 'bare' });
    const raw = contract({ ...base, name: 'raw', bodyLimitBytes: 4000 });
    const status = async (of: typeof bare | typeof raw, length: number) => {
      const run = sender(
        of,
        endpoint(of, async () => {}),
      );
      return (await run({}, { event: { body: 'x'.repeat(length) } })).status;
    };
    expect([await status(bare, 1024), await status(bare, 1025)]).toEqual([204, 413]);
    expect([await status(raw, 4000), await status(raw, 4001)]).toEqual([204, 413]);
  });

  it('query parameters where the contract declares none', async () => {
    const plain = contract({ name: 'p', method: 'DELETE', path: '/p', summary: 'P', access: 'public' });
    const answer = await sender(
      plain,
      endpoint(plain, async () => {}),
    )({ query: { typo: '1' } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'query.typo' }] } });
  });
});

it('answers 10,000 random events without a throw and without a 500', async () => {
  const text = fc.string({ unit: 'binary' });
  const json = fc.oneof(
    fc.json(),
    text,
    fc.constantFrom('', '{}', 'null', '{"text":"x"}', '{"__proto__":1}'),
  );
  const dictionary = fc.option(
    fc.dictionary(fc.oneof(text, fc.constantFrom('id', 'q', 'tags', 'x-mode')), text),
    {
      nil: undefined,
    },
  );
  const headers = fc.dictionary(
    fc.constantFrom('content-type', 'x-mode', 'if-match', 'if-none-match', '__proto__'),
    fc.oneof(text, fc.constantFrom('application/json', 'a', '*', '"1"')),
  );
  const event = fc.record(
    {
      rawPath: text,
      rawQueryString: text,
      headers,
      pathParameters: dictionary,
      queryStringParameters: dictionary,
      cookies: fc.option(fc.array(text), { nil: undefined }),
      body: json,
      isBase64Encoded: fc.boolean(),
      requestContext: fc.constant({}),
    },
    { requiredKeys: ['rawPath', 'rawQueryString', 'headers', 'requestContext'] },
  );
  const statuses = new Set<number | undefined>();
  await fc.assert(
    fc.asyncProperty(event, async (random) => {
      const result = await handler(
        random as unknown as APIGatewayProxyEventV2,
        lambdaContext('echo'),
        () => {},
      );
      const { statusCode } = result as { statusCode: number };
      statuses.add(statusCode);
      expect([200, 400, 415]).toContain(statusCode);
    }),
    { numRuns: 10_000 },
  );
  expect(statuses).toContain(400);
  expect(statuses).toContain(415);
});
