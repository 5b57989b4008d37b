import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import type { HttpResponse } from './testing/index.ts';

const path = '/shop/dev/orders';

let stored: Record<string, string>;
let refusal: { status: number; body: object } | undefined;
/** Called with the names of each request. */
const asked = vi.fn<(names: string[]) => void>();
/** A stand-in for AWS Systems Manager, on a real socket. */
const ssm = createServer(async (request, response) => {
  const { Names, WithDecryption } = JSON.parse(await text(request));
  asked(Names);
  expect(request.headers['x-amz-target']).toBe('AmazonSSM.GetParameters');
  expect(WithDecryption).toBe(true);
  if (refusal) return void response.writeHead(refusal.status).end(JSON.stringify(refusal.body));
  const Parameters = Names.flatMap((Name: string) => (Name in stored ? [{ Name, Value: stored[Name] }] : []));
  response.end(JSON.stringify({ Parameters, InvalidParameters: [] }));
});

let written: string[];
let warned: string[];
beforeEach(async () => {
  stored = {};
  refusal = undefined;
  written = [];
  warned = [];
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_SSM', `http://127.0.0.1:${(ssm.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', undefined);
  vi.stubEnv('SECRETS_PATH', path);
  vi.resetModules();
  vi.spyOn(console, 'error').mockImplementation((line) => void written.push(line));
  vi.spyOn(console, 'warn').mockImplementation((line) => void warned.push(line));
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  asked.mockReset();
  ssm.closeAllConnections();
  await new Promise((resolve) => ssm.close(resolve));
});

type Env = Readonly<Record<string, unknown>>;
interface Orders {
  /** @returns a sender to an endpoint of a function that has just started */
  endpoint(
    name: string,
    env: (secret: typeof import('./secret.ts')['secret']) => z.core.$ZodObject,
    work?: (env: Env) => unknown,
  ): () => Promise<HttpResponse<never> & { body: unknown }>;
}

async function freshFunction(): Promise<Orders> {
  const { contract, endpoint, secret } = await import('./index.ts');
  const { sender } = await import('./testing/index.ts');
  return {
    endpoint: (name, env, work = (found) => found) => {
      const it = contract({
        ...{ name, method: 'GET', path: `/${name}`, summary: 'x', access: 'public' },
        env: env(secret),
        response: z.unknown(),
      } as const);
      const handler = endpoint(
        it,
        async (input) => (await work((input as unknown as { env: Env }).env)) as never,
      );
      return sender(it, handler) as never;
    },
  };
}

const hold = (values: Record<string, string>) => {
  for (const [name, value] of Object.entries(values)) stored[`${path}/${name}`] = value;
};
/** Moves the clock of the function. */
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('secrets on a stage', () => {
  it('are read at the first request, all of the function with one request', async () => {
    hold({ PAY_KEY: 'pay-123', MAIL_KEY: 'mail-456' });
    const { endpoint } = await freshFunction();
    const pay = endpoint('pay-order', (secret) =>
      z.object({ PAY_KEY: secret(), MODE: z._default(z.string(), 'test') }),
    );
    const mail = endpoint('mail-order', (secret) => z.object({ MAIL_KEY: secret() }));
    expect(asked).not.toHaveBeenCalled();
    expect((await pay()).body).toEqual({ PAY_KEY: 'pay-123', MODE: 'test' });
    expect((await mail()).body).toEqual({ MAIL_KEY: 'mail-456' });
    expect((await pay()).status).toBe(200);
    expect(asked.mock.calls).toEqual([[[`${path}/PAY_KEY`, `${path}/MAIL_KEY`]]]);
  });

  it('are read with ten a request, in parallel', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `KEY_${index}`);
    hold(Object.fromEntries(names.map((name) => [name, `value of ${name}`])));
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) =>
      z.object(Object.fromEntries(names.map((name) => [name, secret()]))),
    );
    expect(Object.keys((await send()).body as object)).toHaveLength(23);
    expect(asked.mock.calls.map(([some]) => some.length).sort()).toEqual([10, 10, 3]);
  });

  it('are read once by concurrent requests', async () => {
    hold({ PAY_KEY: 'pay-123' });
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('do not come from environment variables', async () => {
    vi.stubEnv('PAY_KEY', 'from the environment');
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: z.optional(secret()) }));
    expect((await send()).body).toEqual({});
  });

  it('have a new value five minutes later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    hold({ PAY_KEY: 'old-1' });
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
    expect((await send()).body).toEqual({ PAY_KEY: 'old-1' });
    hold({ PAY_KEY: 'new-2' });
    later(299_000);
    expect((await send()).body).toEqual({ PAY_KEY: 'old-1' });
    later(2000);
    expect((await send()).body).toEqual({ PAY_KEY: 'new-2' });
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('keep their value while they cannot be read again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    hold({ PAY_KEY: 'old-1' });
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
    await send();
    refusal = { status: 400, body: { __type: 'AccessDeniedException' } };
    later(301_000);
    expect((await send()).body).toEqual({ PAY_KEY: 'old-1' });
    expect((await send()).body).toEqual({ PAY_KEY: 'old-1' });
    expect(asked).toHaveBeenCalledTimes(2);
    expect(warned).toEqual([
      expect.stringMatching(/cannot be read: HTTP 400 .* The values before stay in use\.$/),
    ]);
    refusal = undefined;
    hold({ PAY_KEY: 'new-2' });
    later(11_000);
    expect((await send()).body).toEqual({ PAY_KEY: 'new-2' });
  });

  it('that cannot be read are a 503, and read again by the next request', async () => {
    hold({ PAY_KEY: 'pay-123' });
    refusal = { status: 400, body: { __type: 'AccessDeniedException' } };
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
    expect((await send()).status).toBe(503);
    expect(JSON.parse(written[0] as string).error.cause.message).toBe(
      `The secrets ${path}/{PAY_KEY} of Systems Manager cannot be read: HTTP 400 {"__type":"AccessDeniedException"}`,
    );
    refusal = undefined;
    expect((await send()).status).toBe(200);
  });

  it('that are missing are a 500 with the command that sets them; they are read again soon', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { endpoint } = await freshFunction();
    const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
    expect((await send()).status).toBe(500);
    expect((await send()).status).toBe(500);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(JSON.parse(written[0] as string).error.message).toBe(
      'pay-order is misconfigured: PAY_KEY: not set. PAY_KEY is a secret: npx nanos secret set PAY_KEY --stage dev --function orders',
    );
    hold({ PAY_KEY: 'pay-123' });
    later(11_000);
    expect((await send()).status).toBe(200);
  });

  it('of one endpoint may be missing for another', async () => {
    hold({ MAIL_KEY: 'mail-456' });
    const { endpoint } = await freshFunction();
    const pay = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
    const mail = endpoint('mail-order', (secret) => z.object({ MAIL_KEY: secret() }));
    expect((await pay()).status).toBe(500);
    expect((await mail()).status).toBe(200);
  });
});

describe('the log has no secret', () => {
  it.each([
    ['a text', 'sk_live_4242', 'sk_live_4242'],
    ['a part of a JSON text', '{"user":"shop","password":"pa55 word"}', 'pa55 word'],
    ['one with characters that JSON escapes', 'a"quoted"\\secret', 'a\\"quoted\\"\\\\secret'],
    ['one with blanks around it', ' sk_live_4242 ', 'sk_live_4242'],
    ['the beginning of a long one', 'k'.repeat(200), 'k'.repeat(100)],
  ])('of an error that quotes %s', async (_, value, quoted) => {
    hold({ PAY_KEY: value });
    const { endpoint } = await freshFunction();
    const send = endpoint(
      'pay-order',
      (secret) => z.object({ PAY_KEY: secret() }),
      () => {
        throw new Error(`The bank refuses ${quoted}`);
      },
    );
    expect((await send()).status).toBe(500);
    expect(JSON.parse(written[0] as string).error.message).toMatch(/^The bank refuses \[redacted\]/);
    expect(written[0]).not.toContain(quoted);
  });

  it('of a value that its schema quotes, here and where it was replaced', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    hold({ PAY_KEY: 'sk_live_4242' });
    const quote = z.refine((text) => `${text}`.startsWith('sk_'), {
      error: ({ input }) => `${input} is no key`,
    });
    const { endpoint } = await freshFunction();
    const send = endpoint(
      'pay-order',
      (secret) => z.object({ PAY_KEY: secret(z.string().check(quote)) }),
      () => {
        throw new Error('The bank refuses sk_live_4242');
      },
    );
    await send();
    hold({ PAY_KEY: 'pk_live_7777' });
    later(301_000);
    await send();
    expect(written.map((line) => JSON.parse(line).error.message)).toEqual([
      'The bank refuses [redacted]',
      expect.stringContaining('PAY_KEY: does not fit.'),
    ]);
  });
});

it('on this machine, a secret is an environment variable, and .env.local is where it is missing', async () => {
  vi.stubEnv('SECRETS_PATH', undefined);
  const { endpoint } = await freshFunction();
  const send = endpoint('pay-order', (secret) => z.object({ PAY_KEY: secret() }));
  expect((await send()).status).toBe(500);
  expect(JSON.parse(written[0] as string).error.message).toMatch(
    /PAY_KEY is a secret: write it into \.env\.local\.$/,
  );
  vi.stubEnv('PAY_KEY', 'pay-123');
  expect((await send()).body).toEqual({ PAY_KEY: 'pay-123' });
  expect(asked).not.toHaveBeenCalled();
});
