// The connection strings are examples.
// secretlint-disable @secretlint/secretlint-rule-database-connection-string
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { CallFailed, ServiceUnavailable } from './index.ts';
import { sender } from './testing/sender.ts';
import { CustomerNotFound } from './testing/shop.ts';

const customer = '0197f3a0-0000-7000-8000-00000000000c';
const test = contract({
  name: 'get-order',
  path: '/orders/{orderId}',
  summary: 'x',
  access: 'public',
  method: 'POST',
  params: z.object({ orderId: z.string().check(z.maxLength(50)) }),
  body: z.optional(z.strictObject({ item: z.string() })),
  response: z.strictObject({ items: z.array(z.strictObject({ id: z.int() })) }),
  problems: [CustomerNotFound],
});

let written: string[];
beforeEach(() => {
  vi.stubEnv('VALIDATE_RESPONSES', 'true');
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', undefined);
  written = [];
  for (const method of ['info', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void written.push(line));
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** @returns the log record of a request whose handler does this */
async function recordOf(work: () => unknown, request: { orderId?: string; body?: unknown } = {}) {
  const handler = endpoint(test, async () => (await work()) as never);
  const { orderId = 'order-77', body } = request;
  await sender(test, handler)({ params: { orderId }, body } as never);
  expect(written).toHaveLength(1);
  return JSON.parse(written[0] as string);
}
const thrown = async (value: unknown) => {
  const { error } = await recordOf(() => {
    throw value;
  });
  return error;
};

describe('the log line of a problem has its reason and the request id', () => {
  it('for invalid input: the mismatches', async () => {
    expect(await recordOf(() => {}, { body: { item: 7, more: true } })).toMatchObject({
      status: 400,
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      problem: 'urn:problem-type:invalid-input',
      reason: 'body.item: Invalid input: expected string, received number; body: Unrecognized key: "more"',
    });
  });

  it('for a problem of the contract: its detail, without what the client sent', async () => {
    const record = await recordOf(() => {
      throw new CustomerNotFound(customer);
    });
    expect(record).toMatchObject({ status: 404, problem: expect.any(String) });
    expect(record.reason).toContain(customer);
    written = [];
    const redacted = await recordOf(
      () => {
        throw new CustomerNotFound(customer);
      },
      { orderId: customer },
    );
    expect(redacted.reason).toContain('[redacted]');
    expect(redacted.reason).not.toContain(customer);
  });
});

it.each([
  ['error', 0],
  ['info', 1],
])('the level %s, in any case, chooses lines', async (level, lines) => {
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', level);
  const send = sender(
    test,
    endpoint(test, async () => ({ items: [] })),
  );
  expect(await send({ params: { orderId: 'order-77' } } as never)).toMatchObject({ status: 200 });
  expect(written).toHaveLength(lines);
});

describe('what a request has sent', () => {
  it('is replaced once, also where it is a part of the replacement', async () => {
    const body = Array.from({ length: 80 }, (_, index) => (index % 2 ? 'red' : 'ted'));
    const { reason } = await recordOf(() => {}, { body });
    expect(reason).toBe('body: Invalid input: expec[redacted] object, received array');
  });

  it('is replaced where it overlaps', async () => {
    const { message } = await recordOf(
      () => {
        throw new Error('not "abcdef"');
      },
      { orderId: 'abcd', body: { item: 'cdef' } },
    ).then(({ error }) => error);
    expect(message).toBe('not "[redacted]"');
  });

  it.each([
    ['the body over the limit', 413, { body: ['sent', 'x'.repeat(2 ** 20)] }],
    ['the body when nothing is quoted', 404, { body: { item: 'sent' } }],
  ])('is not read: %s', async (_, status, request) => {
    const parse = vi.spyOn(JSON, 'parse');
    const trim = vi.spyOn(String.prototype, 'trim');
    const withReviver = () => parse.mock.calls.filter(([, reviver]) => reviver);
    const quiet = Object.assign(new CustomerNotFound(customer), { message: '' });
    const record = await recordOf(() => Promise.reject(quiet), request);
    expect(record.status).toBe(status);
    expect(withReviver()).toHaveLength(0);
    // Each text that is read is trimmed.
    expect(trim.mock.contexts.map(String)).not.toContain('sent');
  });

  it('may be as many texts as fit into a body, with an answer that names each', async () => {
    const fields = Array.from({ length: 40_000 }, (_, index) => [`k${index}`, `v${index}`]);
    const { status, reason } = await recordOf(() => {}, { body: Object.fromEntries(fields) });
    expect(status).toBe(400);
    expect(reason).toMatch(/^body.item: .*Unrecognized keys: "k0", "k1".*…$/);
  });
});

describe('of a request with a million strings, the log of an error', () => {
  // A search for each string in each text would take hours.
  const long = 'a'.repeat(8000);
  const strings = Array.from({ length: 1_000_000 }, (_, index) => `aaa${index}`);
  const large = contract({
    name: 'large',
    method: 'POST',
    path: '/large',
    summary: 'x',
    access: 'public',
    body: z.unknown(),
    bodyLimitBytes: 2 ** 24,
  });
  const send = (body: unknown, error: () => unknown) =>
    sender(
      large,
      endpoint(large, () => Promise.reject(error())),
    )({ body } as never);

  it.each([
    ['of texts that the strings resemble', long, long],
    ['of texts that have some of them', `${long.slice(0, 2000)}777, aaa999999.`, '[redacted], [redacted].'],
  ])('%s', async (_, text, end) => {
    const cause = new AggregateError([new Error(text), new Error(text)], text);
    await send(strings, () => Object.assign(new Error(text, { cause }), { name: text, code: text }));
    const { error } = JSON.parse(`${written[0]}`);
    for (const shown of [error.message, error.name, error.code, error.cause.errors[1].message]) {
      expect(shown.replace(/…$/, '').slice(-end.length)).toBe(end.slice(0, shown.replace(/…$/, '').length));
    }
  });

  it('with long strings that are quoted from their beginning', async () => {
    const secret = Array.from({ length: 9000 }, (_, index) => `${index} `).join('');
    await send([secret], () => new Error(`no number: "${secret}"`));
    expect(JSON.parse(`${written[0]}`).error.message).toBe('no number: "[redacted]…');
    await send([secret], () => new Error(`no number: "${secret.slice(0, 100)}..."`));
    expect(JSON.parse(`${written[1]}`).error.message).toBe('no number: "[redacted]..."');
  });

  it('with a string that is cut, after many long texts', async () => {
    const cut = `${'x'.repeat(3990)} ida@example.com`;
    await send(
      ['ida@example.com'],
      () => new Error(cut, { cause: Object.assign(new Error(cut), { code: cut }) }),
    );
    expect(written[0]).not.toContain('ida');
  });
});

describe('a response against its contract is one sentence', () => {
  it.each([
    [{ items: [{ id: 'x' }] }, 'body.items.0.id: Invalid input: expected number, received string'],
    [undefined, 'body: Invalid input: expected object, received undefined'],
    [
      { items: Array(8).fill({ id: null }) },
      [0, 1, 2, 3, 4]
        .map((index) => `body.items.${index}.id: Invalid input: expected number, received null`)
        .join('; ')
        .concat('; 3 more'),
    ],
  ])('for %j', async (body, reason) => {
    const { status, error } = await recordOf(() => body);
    const message = `The response of get-order does not match its contract: ${reason}`;
    expect(status).toBe(500);
    expect(error).toEqual({ name: 'BrokenContract', message, stack: `BrokenContract: ${message}` });
  });

  it('and so is an error of a schema that the handler uses', async () => {
    const { message, stack } = await recordOf(() => z.parse(z.object({ a: z.string() }), {})).then(
      ({ error }) => error,
    );
    expect(message).toBe('a: Invalid input: expected string, received undefined');
    expect(stack.split('\n').slice(1).join()).toMatch(/^ +at .*request-log\.spec\.ts/);
  });
});

describe('an error', () => {
  it('has its causes and the errors of an AggregateError, with their codes', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:5432'), { code: 'ECONNREFUSED' });
    const cause = new AggregateError([refused, 'no error'], 'all failed', { cause: { code: 42 } });
    expect(await thrown(new TypeError('outer', { cause }))).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      stack: expect.stringMatching(/^TypeError: outer\n +at .*request-log\.spec\.ts/),
      cause: {
        name: 'AggregateError',
        message: 'all failed',
        errors: [
          { name: 'Error', message: 'connect ECONNREFUSED ::1:5432', code: 'ECONNREFUSED' },
          { name: 'string', message: 'no error' },
        ],
        cause: { name: 'object', message: '{"code":42}' },
      },
    });
  });

  it('that is a 503 has its cause', async () => {
    const error = Object.assign(new ServiceUnavailable(), { cause: new Error('no route') });
    expect(await thrown(error)).toMatchObject({ name: 'ServiceUnavailable', cause: { message: 'no route' } });
  });

  it('has a name that does not come from its class, which is minified in a bundle', async () => {
    const G = class extends CustomerNotFound {};
    const H = class extends CallFailed {};
    expect(new G(customer).name).toBe('CustomerNotFound');
    expect(new H(test, undefined).name).toBe('CallFailed');
  });

  it('of any length or depth makes a line that Lambda does not cut', async () => {
    let error = new Error('deepest');
    for (let depth = 0; depth < 1000; depth++) {
      const errors = Array.from({ length: 50 }, () => new Error('y'.repeat(100_000)));
      error = new AggregateError(depth % 100 ? [] : errors, 'x'.repeat(100_000), { cause: error });
    }
    await thrown(error);
    expect(Buffer.byteLength(`${written[0]}`)).toBeLessThan(200_000);
  });

  it.each(['x', '界', '\u0001'])('whose texts are all long makes such a line, too, of %j', async (char) => {
    let error: unknown;
    for (let depth = 0; depth < 10; depth++) {
      const long = char.repeat(5000);
      const stack = `Error\n    at ${long}`;
      error = Object.assign(new Error(long, { cause: error }), { name: long, code: long, stack });
    }
    await thrown(error);
    expect(Buffer.byteLength(`${written[0]}`)).toBeLessThan(2 ** 18);
  });

  it('has a name without what the client sent', async () => {
    const error = Object.assign(new Error('no'), { name: 'Error of order-77' });
    expect(await thrown(error)).toMatchObject({
      name: 'Error of [redacted]',
      stack: expect.stringMatching(/^Error of \[redacted\]: no\n/),
    });
  });

  it('that is its own cause is described once', async () => {
    const error: Error = new Error('round');
    error.cause = new Error('and', { cause: error });
    expect((await thrown(error)).cause).not.toHaveProperty('cause');
  });

  it('never shows the password of a connection string', async () => {
    const url = 'postgres://app:p@ss%20"w0rd@db.example:5432/shop';
    vi.stubEnv('DATABASE_URL', url);
    const cause = new Error('config {"url":"postgresql://other:hunter2@db/shop","mail":"ida@example.com"}');
    const { message, cause: inner } = await thrown(new Error(`cannot open ${url}: p@ss%20"w0rd`, { cause }));
    expect(message).toBe('cannot open postgres://app:[redacted]@db.example:5432/shop: [redacted]');
    vi.stubEnv('DATABASE_URL', 'postgres://postgres:postgres@localhost/shop');
    written = [];
    expect((await thrown(new Error('no role "postgres"'))).message).toBe('no role "postgres"');
    expect(inner.message).toBe(
      'config {"url":"postgresql://other:[redacted]@db/shop","mail":"ida@example.com"}',
    );
  });
});

describe('what is no Error is shown, too', () => {
  const circle: Record<string, unknown> = { a: 1 };
  circle.self = circle;
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  );
  it.each([
    ['an object', { code: 42 }, 'object', '{"code":42}'],
    ['a circle', circle, 'object', '{"a":1,"self":"[seen above]"}'],
    ['an array', [1, { b: 2n }], 'object', '[1,{"b":"2"}]'],
    ['a string', 'oops', 'string', 'oops'],
    ['an empty string', '', 'string', ''],
    ['null', null, 'object', 'null'],
    ['undefined', undefined, 'undefined', 'undefined'],
    ['a number', Number.NaN, 'number', 'NaN'],
    ['a bigint', 1n, 'bigint', '1'],
    ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)'],
    ['a function', function named() {}, 'function', '[function named]'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), 'object', '{"a":1}'],
    ['an object with an error', { error: new TypeError('x') }, 'object', '{"error":"TypeError: x"}'],
    ['an object that cannot be read', hostile, 'object', 'A value that cannot be read.'],
  ])('%s', async (_, value, name, message) => {
    expect(await thrown(value)).toEqual({ name, message });
    written = [];
    const rejected = await recordOf(() => Promise.reject(value));
    expect(rejected.error).toEqual({ name, message });
  });
});
