import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { eventOf } from './event.ts';
import { fuse, type LambdaHandler } from './fuse.ts';
import { type HookInput, hook, type Outcome } from './hook.ts';
import { Forbidden, Problem } from './problem.ts';
import { reply } from './reply.ts';
import { stream } from './stream.ts';
import { readStream } from './testing/read-stream.ts';
import { lambdaContext, sender } from './testing/sender.ts';
import { CustomerNotFound, getCustomer, ida, listCustomerOrders } from './testing/shop.ts';
import { withHooks } from './with-hooks.ts';

class ShopClosed extends Problem {
  static override readonly type = 'shop-closed';
  static override readonly status = 409;
  static override readonly title = 'The shop is closed';
}

const base = { path: '/orders/{orderId}', summary: 'Test', access: 'user' } as const;
const getOrder = contract({
  ...{ ...base, name: 'get-order', method: 'GET', response: z.unknown(), problems: [ShopClosed] },
  params: z.strictObject({ orderId: z.string().check(z.maxLength(9)) }),
});
const watchOrder = contract({
  ...{ ...base, name: 'watch-order', method: 'GET', stream: 'text/plain', problems: [ShopClosed] },
  params: z.strictObject({ orderId: z.string() }),
});
const request = { params: { orderId: 'o-12345' } };

let steps: string[];
let outcomes: Outcome[];
/** A hook that writes down its steps. */
const step = (name: string) =>
  hook({
    name,
    before: () => void steps.push(`before ${name}`),
    after: (_, outcome) => {
      steps.push(`after ${name}`);
      outcomes.push(outcome);
    },
  });

const tenant = hook({
  name: 'tenant',
  before: async ({ caller }) => ({ tenant: `tenant of ${caller?.subject}` }),
});
const flags = hook({
  name: 'flags',
  before: (input: HookInput & { readonly tenant: string }) => ({ flags: [`new prices for ${input.tenant}`] }),
});

beforeEach(() => {
  steps = [];
  outcomes = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('hooks', () => {
  it('add to the input of later hooks and of the handler, with types', async () => {
    const make = withHooks(endpoint, tenant, flags);
    const handler = make(getOrder, async (input) => {
      expectTypeOf(input.tenant).toEqualTypeOf<string>();
      expectTypeOf(input.flags).toEqualTypeOf<string[]>();
      expectTypeOf(input.params.orderId).toEqualTypeOf<string>();
      return [input.params.orderId, input.tenant, input.flags];
    });
    expect((await sender(getOrder, handler)(request, { subject: 'carla' })).body).toEqual([
      'o-12345',
      'tenant of carla',
      ['new prices for tenant of carla'],
    ]);
  });

  it('know what those before them have added, after the handler, too', async () => {
    const seen: unknown[] = [];
    const both = hook({
      name: 'both',
      before: ({ tenant }: HookInput & { readonly tenant: string }) => ({ id: tenant.length }),
      after: ({ tenant, id }) => {
        expectTypeOf(tenant).toEqualTypeOf<string>();
        expectTypeOf(id).toEqualTypeOf<number>();
        seen.push(tenant, id);
      },
    });
    const last = hook({
      name: 'last',
      after: ({ tenant, id }: HookInput & { readonly tenant: string; readonly id: number }) =>
        void seen.push(tenant, id),
    });
    const handler = withHooks(endpoint, tenant, both, last)(getOrder, async () => 1);
    await sender(getOrder, handler)(request, { subject: 'ida' });
    expect(seen).toEqual(['tenant of ida', 13, 'tenant of ida', 13]);
  });

  it('run in their order before the handler, and in the reverse order after it', async () => {
    const handler = withHooks(
      endpoint,
      step('a'),
      step('b'),
    )(getOrder, async () => void steps.push('handler'));
    await sender(getOrder, handler)(request);
    expect(steps).toEqual(['before a', 'before b', 'handler', 'after b', 'after a']);
  });

  it('do not run for requests that do not reach the handler', async () => {
    const send = sender(
      getOrder,
      withHooks(endpoint, step('a'))(getOrder, async () => 1),
    );
    expect((await send(request, { subject: null })).status).toBe(401);
    expect((await send({ params: { orderId: 'much too long' } })).status).toBe(400);
    expect(steps).toEqual([]);
  });

  it('know the contract, the caller and the validated parts', async () => {
    const seen: unknown[] = [];
    const audit = hook({
      name: 'audit',
      after: ({ contract: { name }, caller, params, context }) =>
        void seen.push([name, caller?.subject, params, context.functionName]),
    });
    const handler = withHooks(endpoint, audit)(getOrder, async () => 1);
    await sender(getOrder, handler)(request, { subject: 'carla' });
    expect(seen).toEqual([['get-order', 'carla', { orderId: 'o-12345' }, 'get-order']]);
  });

  it('cannot replace what is there, nor reach the input of another request', async () => {
    const thief = hook({ name: 'thief', before: (): object => ({ caller: 'x', params: 'x', own: {} }) });
    const inputs: object[] = [];
    const handler = withHooks(endpoint, thief)(getOrder, async (input) => {
      inputs.push(input);
      return [input.params, input.caller.subject];
    });
    const send = sender(getOrder, handler);
    const [one, other] = await Promise.all([
      send(request, { subject: 'ida' }),
      send(request, { subject: 'carla' }),
    ]);
    expect([one.body, other.body]).toEqual([
      [request.params, 'ida'],
      [request.params, 'carla'],
    ]);
    expect(inputs[0]).not.toBe(inputs[1]);
  });

  it('may be none', async () => {
    const handler = withHooks(endpoint)(getOrder, async ({ params }) => params.orderId);
    expect((await sender(getOrder, handler)(request)).body).toBe('o-12345');
  });

  it('leave replies, statuses and headers as they are', async () => {
    const handler = withHooks(endpoint, step('a'))(getOrder, async () =>
      reply('x', { headers: { 'x-a': 'b' } }),
    );
    expect(await sender(getOrder, handler)(request)).toMatchObject({
      status: 200,
      body: 'x',
      headers: { 'x-a': 'b' },
    });
    expect(outcomes).toMatchObject([{ status: 200, result: reply('x', { headers: { 'x-a': 'b' } }) }]);
  });

  it('run in a function with several endpoints, and for calls between them', async () => {
    const subjects: unknown[] = [];
    const audit = hook({
      name: 'audit',
      before: ({ contract: { name }, caller }) => void subjects.push([name, caller?.subject]),
    });
    const make = withHooks(endpoint, audit);
    const caller = make(getCustomer, async ({ call }) =>
      call(listCustomerOrders, { params: { customerId: ida } }),
    );
    const callee = make(listCustomerOrders, async () => ({ orders: ['a'] }));
    const fused = fuse([
      { name: getCustomer.name, route: 'GET /customer', handler: caller as LambdaHandler },
      {
        name: listCustomerOrders.name,
        route: 'GET /customers/{customerId}/orders',
        handler: callee as LambdaHandler,
      },
    ]);
    const { body } = await sender(getCustomer, fused as never)({}, { subject: 'ida' });
    expect(body).toEqual({ orders: ['a'] });
    expect(subjects).toEqual([
      ['get-customer', 'ida'],
      ['list-customer-orders', 'ida'],
    ]);
  });
});

describe('a hook that throws before the handler', () => {
  const refusing = (error: unknown) =>
    hook({
      name: 'refusing',
      before: () => {
        throw error;
      },
    });
  const answer = (error: unknown) =>
    sender(
      getOrder,
      withHooks(
        endpoint,
        step('a'),
        refusing(error),
        step('b'),
      )(getOrder, async () => void steps.push('handler')),
    )(request);

  it.each([
    ['a problem of the protocol', new Forbidden('Another tenant.'), 403],
    ['a problem of the contract', new ShopClosed(), 409],
    ['a problem that the contract does not declare', new CustomerNotFound(ida), 500],
    ['anything else', new Error('x'), 500],
  ])('%s ends the request; hooks that have begun learn of it', async (_, error, status) => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
    expect((await answer(error)).status).toBe(status);
    expect(steps).toEqual(['before a', 'after a']);
    expect(outcomes).toMatchObject([{ status, error }]);
    expect(outcomes[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('may throw its own problems where the contract declares them', async () => {
    const closed = hook({ name: 'opening-hours', problems: [ShopClosed], before: () => {} });
    const make = withHooks(endpoint, closed);
    expect(make(getOrder, async () => 1)).toBeTypeOf('function');
    const other = contract({ name: 'other', method: 'GET', path: '/other', summary: 'x', access: 'public' });
    expect(() => make(other, async () => {})).toThrow(
      'other: the hook opening-hours may throw "shop-closed", which "problems" of the contract does not declare.',
    );
  });
});

describe('a hook that throws after the handler', () => {
  const failing = hook({
    name: 'failing',
    after: ({ params }) => {
      throw new Error(`no place for ${JSON.stringify(params)}`);
    },
  });
  const send = () =>
    sender(
      getOrder,
      withHooks(endpoint, step('a'), failing)(getOrder, async () => 'fine'),
    )(request);

  it.each(['Text', 'JSON'])(
    'changes no response, and is logged without data of the client: %s',
    async (format) => {
      vi.stubEnv('AWS_LAMBDA_LOG_FORMAT', format);
      vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'ERROR');
      const log = vi.spyOn(console, 'error').mockReturnValue();
      expect(await send()).toMatchObject({ status: 200, body: 'fine' });
      expect(steps).toEqual(['before a', 'after a']);
      const [[line]] = log.mock.calls as [[unknown]];
      const record = typeof line === 'string' ? JSON.parse(line) : line;
      expect(typeof line).toBe(format === 'JSON' ? 'object' : 'string');
      expect(record).toMatchObject({
        endpoint: 'get-order',
        requestId: expect.any(String),
        hook: 'failing',
        error: { name: 'Error', message: 'no place for {"orderId":"[redacted]"}' },
      });
    },
  );

  it('is not logged where only fatal lines are', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'fatal');
    const log = vi.spyOn(console, 'error').mockReturnValue();
    expect((await send()).status).toBe(200);
    expect(log).not.toHaveBeenCalled();
  });
});

describe('a stream with hooks', () => {
  const make = withHooks(stream, tenant, step('a'));

  it('has what they add, and ends them with its last part', async () => {
    const handler = make(watchOrder, async function* (input) {
      expectTypeOf(input.tenant).toEqualTypeOf<string>();
      yield `${input.tenant} `;
      yield input.params.orderId;
      steps.push('handler');
    });
    const { status, body } = await sender(watchOrder, handler)(request, { subject: 'carla' });
    expect([status, body]).toEqual([200, 'tenant of carla o-12345']);
    expect(steps).toEqual(['before a', 'handler', 'after a']);
    expect(outcomes).toMatchObject([{ status: 200 }]);
  });

  it('keeps the headers of a reply', async () => {
    const handler = make(watchOrder, async () =>
      reply(ReadableStream.from(['a', 'b']), { headers: { 'x-a': 'b' }, cookies: ['c=d'] }),
    );
    const { headers, cookies, body } = await sender(watchOrder, handler)(request);
    expect([headers['x-a'], cookies, body]).toEqual(['b', ['c=d'], 'ab']);
    expect(steps).toEqual(['before a', 'after a']);
  });

  it('tells them of a problem before its first part, and of an error after it', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
    const closed = make(watchOrder, async function* () {
      if (request) throw new ShopClosed();
      yield '';
    });
    expect((await sender(watchOrder, closed)(request)).status).toBe(409);
    const broken = make(watchOrder, async function* () {
      yield 'a';
      throw new Error('broken');
    });
    await expect(sender(watchOrder, broken)(request)).rejects.toThrow('has broken off');
    const late = make(watchOrder, async function* () {
      yield 'a';
      throw new ShopClosed();
    });
    await expect(sender(watchOrder, late)(request)).rejects.toThrow('has broken off');
    expect(outcomes).toMatchObject([
      { status: 409, error: { name: 'ShopClosed' } },
      { status: 500, error: { message: 'broken' } },
      { status: 500, error: { name: 'ShopClosed' } },
    ]);
  });

  it('tells them of a client that goes', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
    const handler = make(watchOrder, async function* () {
      for (;;) yield 'a';
    });
    const event = await eventOf(watchOrder, request, {
      authorizer: { jwt: { claims: { sub: 'ida' }, scopes: null } },
    });
    const gone = readStream((out) => {
      out.write = (() => false) as typeof out.write;
      out.destroy(new Error('gone'));
      return handler(event, out, lambdaContext('watch-order'));
    });
    await expect(gone).rejects.toThrow();
    expect(steps).toEqual(['before a', 'after a']);
    expect(outcomes).toMatchObject([
      { status: 500, error: { message: 'The response was not read to its end.' } },
    ]);
  });
});

it('is checked by the compiler: order, names, and the maker', () => {
  const other = hook({ name: 'other', before: () => ({ tenant: 1 }) });
  const reserved = hook({ name: 'reserved', before: () => ({ body: 1 }) });
  // @ts-expect-error flags needs what tenant adds.
  expect(withHooks(endpoint, flags, tenant)).toBeTypeOf('function');
  // @ts-expect-error Both add a tenant.
  expect(withHooks(endpoint, tenant, other)).toBeTypeOf('function');
  // @ts-expect-error The request has a body.
  expect(withHooks(endpoint, reserved)).toBeTypeOf('function');
  // @ts-expect-error A streaming contract needs stream().
  expect(withHooks(endpoint, tenant)(watchOrder, async () => {})).toBeTypeOf('function');
  expectTypeOf(withHooks(stream, tenant)(watchOrder, async () => ReadableStream.from(['']))).toEqualTypeOf<
    ReturnType<typeof stream>
  >();
});
