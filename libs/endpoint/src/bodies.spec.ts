import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import * as z from 'zod';
import { binary, form, text } from './bodies.ts';
import { contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { reply } from './reply.ts';
import { sender } from './testing/sender.ts';

vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
vi.stubEnv('VALIDATE_RESPONSES', 'true');

const common = { method: 'POST', path: '/things', summary: 'x', access: 'public' } as const;
const bytes = (body: Uint8Array | string, type: string, headers: Record<string, string> = {}) => ({
  event: {
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    headers: { 'content-type': type, ...headers },
  } satisfies Partial<APIGatewayProxyEventV2>,
});
/** Encodes a body like an HTTP client. */
async function sent(body: ConstructorParameters<typeof Response>[0]): Promise<ReturnType<typeof bytes>> {
  const request = new Response(body);
  return bytes(new Uint8Array(await request.arrayBuffer()), request.headers.get('content-type') ?? '');
}

const Order = z.strictObject({
  name: z.string(),
  items: z.coerce.number(),
  tags: z.array(z.string()).default([]),
});

describe('the body of a form', () => {
  const it_ = contract({ ...common, name: 'order', body: form(Order), response: z.unknown() });
  const send = sender(
    it_,
    endpoint(it_, async ({ body }) => body),
  );
  const good = { name: 'é & ü', items: 3, tags: ['a'] };

  it.each([
    ['URL-encoded', () => new URLSearchParams('name=%C3%A9+%26+%C3%BC&items=3&tags=a')],
    [
      'of parts',
      () => {
        const data = new FormData();
        for (const [name, value] of Object.entries(good)) data.append(name, String(value));
        return data;
      },
    ],
  ])('%s is read by its schema', async (_, body) => {
    expect((await send({}, await sent(body()))).body).toEqual(good);
  });

  it('is sent by specs and calls', async () => {
    expect((await send({ body: good })).body).toEqual(good);
    expect((await send({ body: { name: 'x', items: 1, tags: ['a', 'b'] } })).body).toMatchObject({
      tags: ['a', 'b'],
    });
  });

  it('has a list where its schema has one, and refuses one where it has none', async () => {
    const read = async (query: string) => send({}, await sent(new URLSearchParams(query)));
    expect((await read('name=x&items=1&tags=a&tags=b')).body).toMatchObject({ tags: ['a', 'b'] });
    expect((await read('name=x&items=1')).body).toMatchObject({ tags: [] });
    expect(await read('name=x&name=y&items=1')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.name' }] },
    });
    expect(await read('name=x&items=1&__proto__=1')).toMatchObject({
      body: { errors: [{ message: 'Unrecognized key: "__proto__"' }] },
    });
    expect(await read('name=x&items=1&constructor=1')).toMatchObject({
      body: { errors: [{ message: 'Unrecognized key: "constructor"' }] },
    });
  });

  it.each([
    ['application/json', '{"name":"x"}', 415],
    ['', 'name=x', 415],
    ['application/x-www-form-urlencoded', Buffer.from([0x6e, 0x3d, 0xff]), 400],
    ['multipart/form-data', 'name=x', 400],
    ['multipart/form-data; boundary=a', '--a\r\nbroken', 400],
  ])('of %j is refused with %s', async (type, body, status) => {
    const answer = await send({}, bytes(body, type));
    expect(answer.status).toBe(status);
    if (status === 400)
      expect(answer.body.errors).toEqual([{ path: 'body', message: `Not valid ${type.split(';')[0]}` }]);
    else expect(answer.body).toMatchObject({ detail: expect.stringContaining('multipart/form-data') });
  });

  it('that is missing does not match', async () => {
    expect((await send({})).status).toBe(400);
  });

  it('may be empty', async () => {
    const search = contract({
      ...common,
      name: 'search',
      body: form(z.object({ a: z.string().optional(), b: z.array(z.string()) })),
      response: z.unknown(),
    });
    const sendSearch = sender(
      search,
      endpoint(search, async ({ body }) => body),
    );
    expect((await sendSearch({}, bytes('', 'application/x-www-form-urlencoded'))).body).toEqual({ b: [] });
    expect((await sendSearch({ body: {} })).body).toEqual({ b: [] });
    expect((await sendSearch({})).status).toBe(400);
  });

  it('has times and absent values as JSON has them', async () => {
    const plan = contract({
      ...common,
      name: 'plan',
      body: form(z.strictObject({ at: z.coerce.date(), none: z.string().nullish() })),
      response: z.unknown(),
    });
    const at = new Date(0);
    const answer = await sender(
      plan,
      endpoint(plan, async ({ body }) => body),
    )({ body: { at, none: null } });
    expect(answer.body).toEqual({ at: at.toISOString() });
  });

  it.each([
    ['a check', form(z.object({ a: z.string() })).check(() => {})],
    ['a refinement', form(z.object({ a: z.string() })).refine(() => true)],
    ['a description', form(z.object({ a: z.string() })).describe('x')],
    ['a transformation', form(z.object({ a: z.string() })).transform(({ a }) => ({ a }))],
    ['being optional', form(z.object({ a: z.string() })).optional()],
  ])('stays one with %s', async (_, body) => {
    const any = contract({ ...common, name: 'any', body, response: z.unknown() });
    expect(
      (
        await sender(
          any,
          endpoint(any, async (input) => input.body),
        )({ body: { a: 'x' } })
      ).body,
    ).toEqual({ a: 'x' });
  });

  it('is no response', () => {
    expect(() => contract({ ...common, name: 'any', response: form(Order) })).toThrow(
      '"response" has no media type of a response',
    );
    expect(() => contract({ ...common, name: 'any', response: binary({ types: ['image/*'] }) })).toThrow(
      'image/*',
    );
  });

  it('leaves the schema itself one of JSON', async () => {
    const other = contract({ ...common, name: 'order', body: Order, response: z.unknown() });
    const { status } = await sender(
      other,
      endpoint(other, async ({ body }) => body),
    )({ body: good });
    expect(status).toBe(200);
  });

  it('keeps its type', () => {
    endpoint(it_, async ({ body }) => {
      expectTypeOf(body).toEqualTypeOf<{ name: string; items: number; tags: string[] }>();
    });
  });
});

describe('a form with files', () => {
  const upload = contract({
    ...common,
    name: 'upload',
    body: form(z.strictObject({ title: z.string(), image: z.file().mime('image/png').max(10).optional() })),
    response: z.unknown(),
  });
  const send = sender(
    upload,
    endpoint(upload, async ({ body: { title, image } }) => ({
      title,
      image: image && { name: image.name, type: image.type, bytes: [...(await image.bytes())] },
    })),
  );
  const png = (size: number, type = 'image/png') =>
    new File([new Uint8Array(size).fill(255)], 'a.png', { type });

  it('gives them with name, type and bytes', async () => {
    expect((await send({ body: { title: 'x', image: png(3) } })).body).toEqual({
      title: 'x',
      image: { name: 'a.png', type: 'image/png', bytes: [255, 255, 255] },
    });
  });

  it.each([
    ['too large', png(11)],
    ['of another type', png(3, 'image/gif')],
  ])('refuses one that is %s', async (_, image) => {
    expect(await send({ body: { title: 'x', image } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.image' }] },
    });
  });

  it('knows when none was chosen', async () => {
    // Chromium and Firefox send it so.
    const part = (head: string, value: string) =>
      `--a\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
    const none = 'name="image"; filename=""\r\nContent-Type: application/octet-stream';
    const body = `${part('name="title"', 'x')}${part(none, '')}--a--\r\n`;
    const answer = await send({}, bytes(body, 'multipart/form-data; boundary=a'));
    expect(answer.body).toEqual({ title: 'x' });
  });

  it('may be sent without one', async () => {
    expect((await send({ body: { title: 'x' } })).body).toEqual({ title: 'x' });
  });

  it('is no URL-encoded form', async () => {
    expect((await send({}, await sent(new URLSearchParams('title=x')))).status).toBe(415);
  });
});

describe('a body of bytes', () => {
  const resize = contract({
    ...common,
    name: 'resize',
    body: binary({ types: ['image/png', 'text/*'], limitBytes: 4 }),
    response: binary({ types: ['image/webp', 'image/png'] }),
  });
  const send = sender(
    resize,
    endpoint(resize, async ({ body }) =>
      body[0] === 1 ? reply(body, { headers: { 'content-type': 'image/png' } }) : body,
    ),
  );

  it('goes in and out as it is', async () => {
    const answer = await send({ body: new Uint8Array([0, 255]) });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } });
    expect(answer.body).toEqual(new Uint8Array([0, 255]));
    expect((await send({ body: new Uint8Array([1]) })).headers).toMatchObject({
      'content-type': 'image/png',
    });
  });

  it('has one of its types', async () => {
    expect((await send({}, bytes('a', 'IMAGE/PNG; x=y'))).status).toBe(200);
    expect((await send({}, bytes('a', 'text/csv'))).status).toBe(200);
    const refused = await send({}, bytes('a', 'image/gif'));
    expect(refused).toMatchObject({ status: 415, body: { detail: 'The body must be image/png or text/*.' } });
    expect((await send({}, bytes('a', ''))).status).toBe(415);
  });

  it('has a limit of its own', async () => {
    expect(resize.bodyLimitBytes).toBe(4);
    expect((await send({ body: new Uint8Array(5) })).status).toBe(413);
  });
});

describe('a body of text', () => {
  const shout = contract({
    ...common,
    name: 'shout',
    body: text(z.string().max(5), ['text/plain', 'text/csv']),
    response: text(z.string()),
  });
  const send = sender(
    shout,
    endpoint(shout, async ({ body }) => body.toUpperCase()),
  );

  it('is what it says it is', async () => {
    const answer = await send({ body: 'é' });
    expect(answer).toMatchObject({ status: 200, body: 'É', headers: { 'content-type': 'text/plain' } });
    expect((await send({}, bytes('a,b', 'text/csv'))).body).toBe('A,B');
    expect((await send({}, { event: { body: '"a"', headers: { 'content-type': 'text/plain' } } })).body).toBe(
      '"A"',
    );
    expect((await send({}, bytes('{}', 'application/json'))).status).toBe(415);
    expect((await send({}, bytes(Buffer.from([255]), 'text/plain'))).status).toBe(400);
    expect((await send({ body: 'too long' })).status).toBe(400);
  });
});

it('JSON as a text is sent as it is', async () => {
  const linked = contract({ ...common, name: 'linked', response: text(z.string(), ['application/ld+json']) });
  const answer = await sender(
    linked,
    endpoint(linked, async () => '{"@id":"1"}'),
  )({});
  expect(answer).toMatchObject({ headers: { 'content-type': 'application/ld+json' }, body: { '@id': '1' } });
});

it.each(['', null])('an empty body of JSON is none: %j', async (body) => {
  const maybe = contract({
    ...common,
    name: 'maybe',
    body: z.object({ a: z.string() }).optional(),
    response: z.unknown(),
  });
  const send = sender(
    maybe,
    endpoint(maybe, async (input) => ({ body: input.body ?? 'none' })),
  );
  const headers = { 'content-type': 'application/json' };
  expect((await send({}, { event: { body: body as string, headers } })).body).toEqual({ body: 'none' });
});

describe('a compressed body', () => {
  const echo = contract({
    ...common,
    name: 'echo',
    body: z.strictObject({ text: z.string() }),
    bodyLimitBytes: 2000,
    response: z.unknown(),
  });
  const send = sender(
    echo,
    endpoint(echo, async ({ body }) => body),
  );
  const json = JSON.stringify({ text: 'x'.repeat(100) });
  const compressed = (body: Buffer, coding: string) =>
    bytes(body, 'application/json', { 'content-encoding': coding });

  it.each([
    ['gzip', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
    ['identity', Buffer.from(json)],
    ['', Buffer.from(json)],
  ])('%j is read', async (coding, body) => {
    expect((await send({}, compressed(body, coding))).body).toEqual(JSON.parse(json));
  });

  it.each([
    ['of an unknown coding', 'zstd-7', Buffer.from(json), 415],
    ['of two codings', 'gzip, br', gzipSync(json), 415],
    ['named like a member of all objects', 'constructor', Buffer.from(json), 415],
    ['that is not compressed', 'gzip', Buffer.from(json), 400],
    ['that is cut', 'gzip', gzipSync(json).subarray(0, 20), 400],
    ['that grows beyond the limit', 'gzip', gzipSync(JSON.stringify({ text: 'x'.repeat(100_000) })), 413],
  ])('%s is refused', async (_, coding, body, status) => {
    const answer = await send({}, compressed(body, coding));
    expect(answer.status).toBe(status);
    if (status === 415) expect(answer.headers).toMatchObject({ 'accept-encoding': 'gzip, deflate, br' });
  });
});

it('is masked in the log of an error, whatever its form', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
  const secret = 'correct horse battery';
  const fails = (body: z.ZodType) => {
    const it_ = contract({ ...common, name: 'fails', body });
    return sender(
      it_,
      endpoint(it_, async () => {
        throw new Error(`no ${secret} here`);
      }),
    );
  };
  const data = new FormData();
  data.append('a', secret);
  await fails(form(z.object({ a: z.string() })))({}, await sent(new URLSearchParams({ a: secret })));
  await fails(form(z.object({ a: z.string() })))({}, await sent(data));
  await fails(text(z.string()))({}, bytes(`one\n${secret}\n`, 'text/plain'));
  await fails(z.object({ a: z.string() }))(
    {},
    bytes(gzipSync(JSON.stringify({ a: secret })), 'application/json', { 'content-encoding': 'gzip' }),
  );
  expect(log).toHaveBeenCalledTimes(4);
  expect(JSON.stringify(log.mock.calls)).not.toContain('horse');
  log.mockRestore();
});
