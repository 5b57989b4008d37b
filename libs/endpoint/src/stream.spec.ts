import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { contract, type Output } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { eventOf } from './event.ts';
import { fuse, type LambdaHandler } from './fuse.ts';
import { Problem } from './problem.ts';
import { reply } from './reply.ts';
import { smokeEvent } from './smoke.ts';
import { stream } from './stream.ts';
import type { StreamingHandler } from './streaming-handler.ts';
import { lambdaContext, sender } from './testing/index.ts';
import { readStream } from './testing/read-stream.ts';

class ShopClosed extends Problem {
  static override readonly type = 'shop-closed';
  static override readonly status = 409;
  static override readonly title = 'The shop is closed';
}

const watchOrders = contract({
  name: 'watch-orders',
  method: 'GET',
  path: '/orders/{orderId}/events',
  summary: 'Watch an order',
  params: z.strictObject({ orderId: z.string().check(z.maxLength(5)) }),
  stream: 'text/event-stream',
  problems: [ShopClosed],
  access: 'user',
});

async function* events(count: number): AsyncGenerator<string> {
  for (let number = 1; number <= count; number++) yield `data: ${number}\n\n`;
}

const request = { params: { orderId: '7' } };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a stream', () => {
  it('has a status, a media type and its parts', async () => {
    const handler = stream(watchOrders, async function* ({ params, caller }) {
      expectTypeOf(params.orderId).toEqualTypeOf<string>();
      yield `data: ${params.orderId} of ${caller.subject}\n\n`;
      yield* events(2);
    });
    const { status, headers, body } = await sender(watchOrders, handler)(request, { subject: 'carla' });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    expect(body).toBe('data: 7 of carla\n\ndata: 1\n\ndata: 2\n\n');
  });

  it('may be anything to iterate, with headers and cookies', async () => {
    const handler = stream(watchOrders, async () =>
      reply(ReadableStream.from(['a', 'b']), { headers: { 'x-a': 'b' }, cookies: ['c=d'] }),
    );
    const { headers, cookies, body } = await sender(watchOrders, handler)(request);
    expect([headers['x-a'], cookies, body]).toEqual(['b', ['c=d'], 'ab']);
  });

  it('may have no part', async () => {
    const handler = stream(watchOrders, async () => events(0));
    expect(await sender(watchOrders, handler)(request)).toMatchObject({ status: 200, body: '' });
  });

  it('is a problem when one comes before the first part', async () => {
    const closed = stream(watchOrders, async function* () {
      if (request) throw new ShopClosed();
      yield '';
    });
    const send = sender(watchOrders, closed);
    expect(await send(request)).toMatchObject({
      status: 409,
      body: { type: 'urn:problem-type:shop-closed' },
    });
    expect(await send({ params: { orderId: 'too long' } })).toMatchObject({ status: 400 });
    expect(await send(request, { subject: null })).toMatchObject({ status: 401 });
  });

  it('breaks off after an error, which the log names without data of the client', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'INFO');
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = stream(watchOrders, async function* ({ params }) {
      yield 'one';
      throw new Error(`no order ${params.orderId}`);
    });
    await expect(sender(watchOrders, handler)({ params: { orderId: 'o-123' } })).rejects.toThrow(
      'watch-orders has broken off its response.',
    );
    const line = JSON.stringify(log.mock.calls);
    expect(line).toContain('no order [redacted]');
    expect(line).not.toContain('o-123');
  });

  it('asks for a part when those before are taken, and ends its source when it breaks', async () => {
    const made: number[] = [];
    let isOver = false;
    const handler = stream(watchOrders, async function* () {
      try {
        for (let number = 1; ; number++) {
          made.push(number);
          yield 'x'.repeat(20_000);
        }
      } finally {
        isOver = true;
      }
    });
    const event = await eventOf(watchOrders, request, {
      authorizer: { jwt: { claims: { sub: 'carla' }, scopes: null } },
    });
    const { promise: full, resolve } = Promise.withResolvers<void>();
    const end = readStream((out) => {
      const { write } = out;
      // A client that takes nothing, and then goes.
      out.write = ((part: string) => {
        write.call(out, part, 'utf8');
        if (made.length === 3) resolve();
        return made.length < 3;
      }) as typeof out.write;
      void full.then(() => out.destroy(new Error('gone')));
      return handler(event, out, lambdaContext('watch-orders'));
    });
    await expect(end).rejects.toThrow();
    expect([made, isOver]).toEqual([[1, 2, 3], true]);
  });

  it('answers the ping of a deployment without running', async () => {
    const handler = stream(watchOrders, async () => {
      throw new Error('not to run');
    });
    const written: string[] = [];
    const out = { end: (text: string) => written.push(text) } as unknown as awslambda.HttpResponseStream;
    const event = smokeEvent('GET /orders/{orderId}/events') as unknown as APIGatewayProxyEventV2;
    await handler(event, out, lambdaContext('watch-orders'));
    expect(written).toEqual(['{"statusCode":204}']);
  });
});

describe('a function of several endpoints', () => {
  const listOrders = contract({
    name: 'list-orders',
    method: 'GET',
    path: '/orders',
    summary: 'List orders',
    response: z.array(z.string()),
    access: 'public',
  });
  const listing = endpoint(listOrders, async () => ['a']);
  const fused = fuse([
    { name: 'list-orders', route: 'GET /orders', handler: listing as LambdaHandler },
    {
      name: 'watch-orders',
      route: 'GET /orders/{orderId}/events',
      handler: stream(watchOrders, async () => events(1)),
    },
  ]);

  it('streams if one of them does', async () => {
    expect(await sender(watchOrders, fused as unknown as StreamingHandler)(request)).toMatchObject({
      body: 'data: 1\n\n',
    });
    const out: string[] = [];
    const write = { setContentType: (type: string) => out.push(type), end: (text: string) => out.push(text) };
    const run = fused as (event: object, out: object, context: object) => Promise<void>;
    await run(await eventOf(listOrders, {}), write, lambdaContext('list-orders'));
    expect(out[0]).toBe('application/json');
    expect(JSON.parse(out[1] as string)).toMatchObject({ statusCode: 200, body: '["a"]' });
  });

  it('does not stream otherwise', () => {
    expect(
      fuse([{ name: 'list-orders', route: 'GET /orders', handler: listing as LambdaHandler }]),
    ).toHaveLength(2);
  });
});

describe('the contract', () => {
  const base = { method: 'GET', path: '/x', summary: 'x', access: 'public' } as const;

  it('has the response as a stream', () => {
    expectTypeOf<Output<typeof watchOrders>>().toEqualTypeOf<ReadableStream<Uint8Array>>();
    expect([watchOrders.status, watchOrders.stream]).toEqual([200, 'text/event-stream']);
    // @ts-expect-error A streaming contract needs stream().
    expect(endpoint(watchOrders, async () => {})).toBeTypeOf('function');
  });

  it('has a stream or a response, and calls no stream', () => {
    expect(() => contract({ ...base, name: 'x', stream: 'text/plain', response: z.string() })).toThrow(
      'x: "stream" is the media type of a response without "response" and "contentType".',
    );
    expect(() => contract({ ...base, name: 'x', calls: [watchOrders] })).toThrow(
      'x: "calls" names watch-orders, whose response is a stream.',
    );
  });
});
