import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import * as classic from 'zod';
import * as z from 'zod/mini';
import { type Contract, contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { declaredVariables, environmentReader } from './environment.ts';
import { secret } from './secret.ts';
import { smokeEvent } from './smoke.ts';
import { stream } from './stream.ts';
import { lambdaContext, sender } from './testing/sender.ts';

const base = { name: 'list-orders', method: 'GET', path: '/orders', summary: 'x', access: 'public' } as const;

let written: string[];
beforeEach(() => {
  written = [];
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', undefined);
  for (const method of ['info', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void written.push(line));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const error = () => JSON.parse(written[0] as string).error;

/** @returns a sender to an endpoint that answers with its variables, as text */
const echo = (env: Contract['env']) => {
  const it = contract({ ...base, env, response: z.looseObject({}) });
  return sender(
    it,
    endpoint(it, async (input) => (input as unknown as { env: object }).env as Record<string, unknown>),
  );
};

describe('env', () => {
  it('has the declared variables, validated and typed', async () => {
    vi.stubEnv('PAGE_SIZE', '50');
    vi.stubEnv('OTHER', 'x');
    const it = contract({
      ...base,
      env: classic.object({
        PAGE_SIZE: classic.coerce.number().default(20),
        CURRENCY: classic.enum(['EUR', 'USD']).default('EUR'),
        API_KEY: z.optional(secret()),
      }),
      response: z.looseObject({}),
    });
    const handler = endpoint(it, async ({ env }) => {
      expectTypeOf(env).toEqualTypeOf<{
        PAGE_SIZE: number;
        CURRENCY: 'EUR' | 'USD';
        API_KEY?: string | undefined;
      }>();
      expect(Object.isFrozen(env)).toBe(true);
      return env;
    });
    expect((await sender(it, handler)()).body).toEqual({ PAGE_SIZE: 50, CURRENCY: 'EUR' });
  });

  it('is no input of an endpoint that declares none', async () => {
    const it = contract({ ...base });
    const handler = endpoint(it, async (input) => {
      expectTypeOf(input).not.toHaveProperty('env');
      expect(input).not.toHaveProperty('env');
    });
    expect((await sender(it, handler)()).status).toBe(204);
  });

  it('is an input of a stream', async () => {
    vi.stubEnv('PAGE_SIZE', '2');
    const it = contract({
      ...base,
      stream: 'text/plain',
      env: z.object({ PAGE_SIZE: z.coerce.number() }),
    });
    const handler = stream(it, async function* ({ env }) {
      expectTypeOf(env.PAGE_SIZE).toEqualTypeOf<number>();
      yield 'x'.repeat(env.PAGE_SIZE);
    });
    expect((await sender(it, handler)()).body).toBe('xx');
  });

  it('is parsed once', async () => {
    const parse = vi.fn((text: string) => text.length);
    vi.stubEnv('PAGE_SIZE', 'four');
    const send = echo(z.object({ PAGE_SIZE: z.pipe(z.string(), z.transform(parse)) }));
    expect((await send()).body).toEqual({ PAGE_SIZE: 4 });
    vi.stubEnv('PAGE_SIZE', 'fifteen');
    expect((await send()).body).toEqual({ PAGE_SIZE: 4 });
    expect(parse).toHaveBeenCalledTimes(1);
  });

  it('takes an empty variable for one that is not set', async () => {
    vi.stubEnv('PAGE_SIZE', '');
    expect((await echo(z.object({ PAGE_SIZE: z._default(z.coerce.number(), 20) }))()).body).toEqual({
      PAGE_SIZE: 20,
    });
    expect((await echo(z.object({ PAGE_SIZE: z.coerce.number() }))()).status).toBe(500);
    expect((await echo(z.object({ PAGE_SIZE: z.coerce.string() }))()).status).toBe(500);
  });

  it('has its own variables only, also where the schema takes any', async () => {
    vi.stubEnv('PAGE_SIZE', '7');
    const send = echo(z.looseObject({ PAGE_SIZE: z.coerce.number() }));
    expect((await send()).body).toEqual({ PAGE_SIZE: 7 });
    expect((await echo(z.strictObject({ PAGE_SIZE: z.string() }))()).body).toEqual({ PAGE_SIZE: '7' });
  });
});

describe('a variable that does not fit', () => {
  it('is a bare 500, and a log line that names it and the place to set it, without the value', async () => {
    vi.stubEnv('PAGE_SIZE', 'twenty-five');
    const { status, body } = await echo(
      z.object({
        PAGE_SIZE: z.coerce.number(),
        CURRENCY: z.string(),
        MODE: z.optional(z.string()),
      }),
    )();
    expect(status).toBe(500);
    expect(body).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 });
    expect(error()).toMatchObject({
      name: 'Misconfigured',
      message:
        'list-orders is misconfigured: PAGE_SIZE: Invalid input: expected number, received NaN; CURRENCY: not set. Set it in "environment" of package.json or of the stage in stages.json, on this machine in .env.local.',
    });
    expect(written[0]).not.toContain('twenty-five');
  });

  it('is not shown by a schema that quotes it', async () => {
    vi.stubEnv('REGION_CODE', 'mars"1');
    const quote = z.refine((text) => text === 'x', { error: ({ input }) => `${input} is no region` });
    await echo(z.object({ REGION_CODE: z.string().check(quote) }))();
    expect(error().message).toContain('REGION_CODE: does not fit.');
  });

  it('is told again at each request, until it fits', async () => {
    const send = echo(z.object({ PAGE_SIZE: z.coerce.number() }));
    expect((await send()).status).toBe(500);
    expect((await send()).status).toBe(500);
    vi.stubEnv('PAGE_SIZE', '1');
    expect((await send()).body).toEqual({ PAGE_SIZE: 1 });
  });

  it('may be a combination of two', async () => {
    vi.stubEnv('LEAST', '5');
    vi.stubEnv('MOST', '3');
    const env = z
      .object({ LEAST: z.coerce.number(), MOST: z.coerce.number() })
      .check(z.refine(({ LEAST, MOST }) => LEAST <= MOST, 'LEAST is above MOST'));
    await echo(env)();
    expect(error().message).toBe('list-orders is misconfigured: env: LEAST is above MOST.');
  });

  it('fails the smoke test of a deployment', async () => {
    const it = contract({ ...base, env: z.object({ PAGE_SIZE: z.coerce.number() }) });
    const handler = endpoint(it, async () => {});
    const smoke = () => handler(smokeEvent('GET /orders') as never, lambdaContext('list-orders'), () => {});
    await expect(smoke()).rejects.toThrow('list-orders is misconfigured: PAGE_SIZE: not set.');
    vi.stubEnv('PAGE_SIZE', '1');
    expect(await smoke()).toEqual({ statusCode: 204 });
  });
});

it('can be read by a plain handler', async () => {
  vi.stubEnv('PAGE_SIZE', '3');
  const legacy = contract({
    name: 'legacy',
    method: 'ANY',
    path: '$default',
    env: z.object({ PAGE_SIZE: z.coerce.number() }),
  });
  const env = await environmentReader(legacy.name, legacy.env)();
  expectTypeOf(env).toEqualTypeOf<{ PAGE_SIZE: number }>();
  expect(env).toEqual({ PAGE_SIZE: 3 });
});

describe('the mark of a secret', () => {
  const plain = classic.string();
  it.each([
    ['secret()', secret(), true],
    ['a schema', secret(plain), true],
    ['its original', plain, false],
    ['a stricter one', secret(classic.string()).min(5).describe('x'), true],
    ['an optional one', z.optional(secret()), false],
    ['one with a default', classic.string().default('x').pipe(secret(plain)), false],
    ['a transformed one', secret(classic.string()).transform((text) => text.length), true],
    ['one of several', z.union([secret(), z.literal('none')]), true],
    ['a nullable one', z.nullable(secret()), true],
  ])('is kept by %s', (what, schema, isRequired) => {
    const [variable] = declaredVariables(z.object({ API_KEY: schema }));
    expect(variable?.secrets !== undefined).toBe(what !== 'its original');
    if (variable?.secrets) expect(variable.isRequired).toBe(isRequired);
  });

  it('lets a schema do what it did', () => {
    expect(z.safeParse(secret(), '').success).toBe(false);
    expect(z.parse(secret(), 'x')).toBe('x');
    expect(secret(classic.string().startsWith('sk_')).safeParse('pk_1').success).toBe(false);
    expectTypeOf(z.parse(secret(z.coerce.number()), '1')).toEqualTypeOf<number>();
  });
});
