import { promisify } from 'node:util';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { endpoint } from './endpoint.ts';
import type { LambdaHandler } from './fuse.ts';
import { plain } from './plain.ts';
import { smokeEvent } from './smoke.ts';
import { isStreaming, type StreamingHandler, streaming } from './streaming-handler.ts';
import { readStream } from './testing/read-stream.ts';
import { lambdaContext } from './testing/sender.ts';
import { getCustomer } from './testing/shop.ts';

const context = lambdaContext('legacy');
const smoke = smokeEvent('ANY /{proxy+}') as unknown as APIGatewayProxyEventV2;
const wrapped = (handler: unknown) => plain('legacy', handler as LambdaHandler) as LambdaHandler;

describe('a plain handler', () => {
  it('gets every event as it is, and its result is the response', async () => {
    const handler = wrapped(async (...args: unknown[]) => args);
    for (const event of [{ version: '2.0', rawPath: '/a' }, null, 'text', 1, [], { smoke: 'yes' }]) {
      expect(await handler(event as never, context)).toEqual([event, context]);
    }
  });

  it('may answer without a promise', () => {
    expect(wrapped(() => ({ statusCode: 200 }))({} as never, context)).toEqual({ statusCode: 200 });
  });

  it('does not run in a smoke test', () => {
    const handler = vi.fn(() => {});
    expect(wrapped(handler)(smoke, context)).toEqual({ statusCode: 204 });
    expect(handler).not.toHaveBeenCalled();
  });

  it('may stream, and does not run in a smoke test', async () => {
    const handler = plain(
      'legacy',
      streaming((event, out) => {
        out.setContentType('application/vnd.awslambda.http-integration-response');
        out.end(`{"statusCode":200}${'\0'.repeat(8)}${event.rawPath}`);
      }),
    ) as StreamingHandler;
    expect(isStreaming(handler)).toBe(true);
    const event = { rawPath: '/a' } as APIGatewayProxyEventV2;
    expect(await readStream((out) => handler(event, out, context))).toMatchObject({ body: '/a' });
    const ends: unknown[] = [];
    await handler(smoke, { end: (text: unknown) => ends.push(text) } as never, context);
    expect(ends).toEqual(['{"statusCode":204}']);
  });

  it('of endpoint() answers as before', async () => {
    const handler = wrapped(endpoint(getCustomer, async () => 'unused'));
    expect(await handler(smoke, context)).toEqual({ statusCode: 204 });
  });

  it.each([undefined, 'text', { handler: 1 }])('that is none is left to Lambda: %j', (value) => {
    expect(wrapped(value)).toBe(value);
  });
});

describe('a handler with a callback', () => {
  const old = (_event: unknown, _context: unknown, done: (error: unknown, result: unknown) => void) =>
    done(null, { statusCode: 200 });

  it('is refused with the way out, which works', async () => {
    expect(() => wrapped(old)).toThrow(
      expect.objectContaining({
        name: 'CallbackHandlerDeprecatedError',
        message: expect.stringContaining('(event, context) => util.promisify(handler)(event, context)'),
      }),
    );
    // It keeps the length of the function.
    expect(() => wrapped(promisify(old))).toThrow('takes a callback');
    const promised = wrapped((event: unknown, own: unknown) => promisify(old)(event, own));
    expect(await promised({} as never, context)).toEqual({ statusCode: 200 });
  });
});
