import { type AnyContract, contract, page, text } from '@nanoservices/endpoint';
import { ApiFile, type Manifest } from '@nanoservices/model';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { documentation, schemas } from '../testing/shop.ts';
import { apiSnapshot, partOf } from './api-snapshot.ts';
import { breakingChanges } from './breaking-changes.ts';

const { Order, OrderId, NewOrder, OrderNotFound } = schemas;
const manifest: Manifest = { name: 'shop', version: '1.2.3', dependencies: {}, lambda: {} };

const snapshot = (...contracts: readonly AnyContract[]) =>
  apiSnapshot({
    manifest,
    api: ApiFile.parse({}),
    contracts: new Map(contracts.map((one) => [one.name, one])),
    documentation: async () => documentation,
  });

const today = '2030-06-15';

/** The changes that break clients, by endpoint. */
async function changes(before: readonly AnyContract[], after: readonly AnyContract[]) {
  const found = breakingChanges(await snapshot(...before), await snapshot(...after), today);
  return Object.fromEntries(found.map((one) => [one.endpoint, one.changes]));
}

// biome-ignore lint/suspicious/noExplicitAny: any field of a contract may be another one
function order(more: Record<string, any> = {}): AnyContract {
  return contract({
    name: 'update-order',
    method: 'PUT',
    path: '/orders/{orderId}',
    summary: 'Change an order',
    params: z.strictObject({ orderId: OrderId }),
    query: z.strictObject({ notify: z.optional(z.enum(['mail', 'sms'])) }),
    headers: z.object({ 'x-reason': z.optional(z.string()) }),
    body: z.strictObject({
      note: z.string().check(z.maxLength(100)),
      priority: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
      tags: z.optional(z.array(z.string())),
    }),
    response: z.strictObject({
      id: OrderId,
      status: z.enum(['open', 'sent']),
      total: z.nullable(z.number()),
      note: z.optional(z.string()),
    }),
    access: 'user',
    ...more,
  } as never) as AnyContract;
}

const body = (shape: object) =>
  z.strictObject({
    note: z.string().check(z.maxLength(100)),
    priority: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
    tags: z.optional(z.array(z.string())),
    ...shape,
  });
const response = (shape: object) =>
  z.strictObject({
    id: OrderId,
    status: z.enum(['open', 'sent']),
    total: z.nullable(z.number()),
    note: z.optional(z.string()),
    ...shape,
  });

describe('a change breaks clients', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      'of the route',
      { path: '/order/{orderId}' },
      ['it is at PUT /order/{orderId} now, not at PUT /orders/{orderId}'],
    ],
    [
      'of the method',
      { method: 'PATCH' },
      ['it is at PATCH /orders/{orderId} now, not at PUT /orders/{orderId}'],
    ],
    ['of the access', { access: { scope: 'admin' } }, ['it wants the scope admin now']],
    ['a required field', { body: body({ reason: z.string() }) }, ['body.reason is required now']],
    [
      'a field that is required now',
      { body: body({ tags: z.array(z.string()) }) },
      ['body.tags is required now'],
    ],
    [
      'a field that is not taken any more',
      { body: z.strictObject({ note: z.string() }) },
      ['body.priority is refused now', 'body.tags is refused now'],
    ],
    [
      'a shorter text',
      { body: body({ note: z.string().check(z.maxLength(50)) }) },
      ['body.note has the maxLength 50 now, not 100'],
    ],
    [
      'a longer least text',
      { body: body({ note: z.string().check(z.minLength(1), z.maxLength(100)) }) },
      ['body.note has the minLength 1 now, not none'],
    ],
    [
      'a lower maximum',
      { body: body({ priority: z.optional(z.int().check(z.minimum(1), z.maximum(5))) }) },
      ['body.priority has the maximum 5 now, not 9'],
    ],
    [
      'a pattern',
      { body: body({ note: z.string().check(z.maxLength(100), z.regex(/^\w+$/)) }) },
      ['body.note has the pattern "^\\\\w+$" now, not none'],
    ],
    ['another type', { body: body({ note: z.number() }) }, ['body.note is number now, not string']],
    [
      'another type of items',
      { body: body({ tags: z.optional(z.array(z.int())) }) },
      ['body.tags[] is integer now, not string'],
    ],
    [
      'an enum in the place of a text',
      { body: body({ note: z.enum(['a', 'b']) }) },
      ['body.note must be "a" or "b" now'],
    ],
    [
      'a least length that a value of the former enum has not',
      {
        query: z.strictObject({ notify: z.optional(z.string().check(z.minLength(4), z.regex(/^(m|s)/))) }),
      },
      ['query.notify is refused as "sms" now'],
    ],
    [
      'a minimum that no value may reach now',
      { body: body({ priority: z.optional(z.int().check(z.gt(1), z.maximum(9))) }) },
      ['body.priority has the minimum 2 now, not 1'],
    ],
    [
      'a body that is not taken any more',
      { body: undefined, method: 'DELETE' },
      ['it is at DELETE /orders/{orderId} now, not at PUT /orders/{orderId}', 'it takes no body now'],
    ],
    [
      'another media type of the body',
      { body: text(z.string(), ['text/csv']) },
      ['its body is refused as application/json now'],
    ],
    [
      'a smaller enum',
      { query: z.strictObject({ notify: z.optional(z.enum(['mail'])) }) },
      ['query.notify is refused as "sms" now'],
    ],
    ['a query parameter that is gone', { query: z.strictObject({}) }, ['query.notify is refused now']],
    [
      'a required query parameter',
      { query: z.strictObject({ notify: z.optional(z.enum(['mail', 'sms'])), by: z.string() }) },
      ['query.by is required now'],
    ],
    [
      'a required header',
      { headers: z.object({ 'x-reason': z.string() }) },
      ['header.x-reason is required now'],
    ],
    ['a mandatory If-Match', { ifMatch: true }, ['header.if-match is required now']],
    ['another status', { status: 201 }, ['it answers with 201 now, not 200']],
    ['no response', { response: undefined, status: 204 }, ['it answers with 204 now, not 200']],
    [
      'a response field that is gone',
      { response: z.strictObject({ id: OrderId, status: z.enum(['open', 'sent']) }) },
      ['response.total is gone', 'response.note is gone'],
    ],
    [
      'a response field that is optional now',
      { response: response({ id: z.optional(OrderId) }) },
      ['response.id is optional now'],
    ],
    [
      'a response field that may be null now',
      { response: response({ id: z.nullable(OrderId) }) },
      ['response.id may be null now'],
    ],
    [
      'a further status in the response',
      { response: response({ status: z.enum(['open', 'sent', 'paid']) }) },
      ['response.status may be "paid" now'],
    ],
    [
      'any text in the place of an enum',
      { response: response({ status: z.string() }) },
      ['response.status may be something else than "open" or "sent" now'],
    ],
    [
      'another media type of the response',
      { response: z.string(), contentType: 'text/csv' },
      ['its response is text/csv now, not application/json'],
    ],
  ])('%s', async (_, after, expected) => {
    expect(await changes([order()], [order(after)])).toEqual({ 'update-order': expected });
  });

  it('of an endpoint that is gone, and of one with another name', async () => {
    expect(await changes([order()], [])).toEqual({ 'update-order': ['it is gone'] });
    expect(await changes([order()], [order({ name: 'put-order' })])).toEqual({
      'update-order': ['it is named put-order now, also in clients'],
    });
  });

  it('of a plain handler, if its route is another one', async () => {
    const plain = (path: `/${string}`) => contract({ name: 'legacy', method: 'ANY', path }) as AnyContract;
    expect(await changes([plain('/{proxy+}')], [plain('/{rest+}')])).toEqual({});
    expect(await changes([plain('/{proxy+}')], [plain('/old/{proxy+}')])).toEqual({
      legacy: ['it is at ANY /old/{proxy+} now, not at ANY /{proxy+}'],
    });
  });

  it('of an endpoint that becomes a plain handler, also for its callers', async () => {
    const plain = contract({
      ...{ name: 'update-order', method: 'PUT', path: '/orders/{orderId}' },
    }) as AnyContract;
    const change = 'it is a plain handler now: its contract has no requests and responses';
    const caller = order({ name: 'close-order', path: '/closed/{orderId}', calls: [order()] });
    const found = breakingChanges(await snapshot(order(), caller), await snapshot(plain), today);
    expect(found).toContainEqual(
      expect.objectContaining({
        ...{ endpoint: 'update-order', changes: [change] },
        callers: [{ endpoint: 'close-order', changes: [change] }],
      }),
    );
    expect(await changes([plain], [plain])).toEqual({});
  });

  it('in a number, whose limits may be reached or not', async () => {
    const rate = (...checks: z.core.$ZodCheck<number>[]) =>
      order({ body: z.strictObject({ rate: z.number().check(...checks) }) });
    expect(await changes([rate(z.minimum(1))], [rate(z.gt(0))])).toEqual({});
    expect(await changes([rate(z.gt(1))], [rate(z.minimum(1))])).toEqual({});
    expect(await changes([rate(z.minimum(1))], [rate(z.gt(1))])).toEqual({
      'update-order': ['body.rate has the exclusiveMinimum 1 now, not none'],
    });
    const one = (schema: z.core.$ZodType) => order({ body: z.strictObject({ rate: schema }) });
    expect(await changes([one(z.literal([0.3, 0.5]))], [rate(z.multipleOf(0.1), z.lt(0.5))])).toEqual({
      'update-order': ['body.rate is refused as 0.5 now'],
    });
  });

  it('in a property that is called as a keyword of examples', async () => {
    const named = (example: z.core.$ZodType) =>
      order({ name: 'example', response: z.strictObject({ example, examples: z.array(OrderId) }) });
    expect(await changes([named(z.string())], [named(z.int())])).toEqual({
      example: ['response.example is integer now, not string'],
    });
  });

  it('when a public endpoint wants a token', async () => {
    const open = order({ access: 'public' });
    expect(await changes([open], [order()])).toEqual({ 'update-order': ['it wants a token now'] });
    expect(await changes([open], [order({ access: { scope: 'admin' } })])).toEqual({
      'update-order': ['it wants a token now with the scope admin'],
    });
    expect(await changes([order({ access: { scope: 'admin' } })], [order()])).toEqual({});
  });

  it('when a variant of a response is new, or changes', async () => {
    const variants = (...more: z.core.$ZodObject[]) =>
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('card'), digits: z.string() }),
        ...more,
      ] as never);
    const cash = z.strictObject({ kind: z.literal('cash'), till: z.int() });
    expect(await changes([order({ response: variants() })], [order({ response: variants(cash) })])).toEqual({
      'update-order': ['response may be object with kind "cash" now'],
    });
    const other = z.strictObject({ kind: z.literal('cash'), till: z.string() });
    expect(
      await changes([order({ response: variants(cash) })], [order({ response: variants(other) })]),
    ).toEqual({ 'update-order': ['response.till is string now, not integer'] });
  });

  it('in a schema that contains itself', async () => {
    const tree = (name: z.ZodMiniType): z.ZodMiniType => {
      const node: z.ZodMiniType = z.strictObject({
        name,
        get children(): z.ZodMiniType {
          return z.array(node);
        },
      });
      return node;
    };
    const [before, same, after] = [tree(z.string()), tree(z.string()), tree(z.int())].map((one) =>
      order({ response: one }),
    ) as [AnyContract, AnyContract, AnyContract];
    expect(await changes([before], [same])).toEqual({});
    expect((await changes([before], [after]))['update-order']).toContain(
      'response.name is integer now, not string',
    );
  });
});

describe('nobody breaks by', () => {
  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['another summary', { summary: 'Change it' }],
    ['an optional field', { body: body({ gift: z.optional(z.boolean()) }) }],
    [
      'a field that is optional now',
      { body: body({ note: z.optional(z.string().check(z.maxLength(100))) }) },
    ],
    [
      'the same minimum of an integer in other words',
      { body: body({ priority: z.optional(z.int().check(z.gt(0), z.lt(10))) }) },
    ],
    [
      'limits that all values of the former enum keep',
      {
        query: z.strictObject({
          notify: z.optional(z.string().check(z.minLength(3), z.maxLength(4), z.regex(/^(m|s)/))),
        }),
      },
    ],
    ['a longer text', { body: body({ note: z.string().check(z.maxLength(200)) }) }],
    [
      'a number in the place of an integer',
      { body: body({ priority: z.optional(z.number().check(z.minimum(1), z.maximum(9))) }) },
    ],
    [
      'a further value of a request',
      { query: z.strictObject({ notify: z.optional(z.enum(['mail', 'sms', 'push'])) }) },
    ],
    [
      'an optional query parameter',
      { query: z.strictObject({ notify: z.optional(z.enum(['mail', 'sms'])), by: z.optional(z.string()) }) },
    ],
    ['a header that is not read any more', { headers: undefined }],
    ['a further response field', { response: response({ paid: z.boolean() }) }],
    ['a response field that is always there now', { response: response({ note: z.string() }) }],
    ['a response field that is never null now', { response: response({ total: z.number() }) }],
    ['a further problem', { problems: [OrderNotFound] }],
    ['less access', { access: 'public' }],
    ['another function that it calls', { calls: [order({ name: 'other' })] }],
  ])('%s', async (_, after) => {
    expect(await changes([order()], [order(after)])).toEqual({});
  });

  it('an endpoint that is new', async () => {
    expect(await changes([], [order()])).toEqual({});
  });
});

describe('the pattern beside a format', () => {
  const mail = (schema: z.core.$ZodType) => order({ body: z.strictObject({ mail: schema }) });
  /** The changes since a snapshot that another version of zod has made. */
  const changesSince = async (pattern: string | undefined, before: AnyContract, after: AnyContract) => {
    const old = JSON.parse(JSON.stringify(await snapshot(before)), (key, value) =>
      key === 'pattern' ? pattern : value,
    );
    return breakingChanges(old, await snapshot(after), today).flatMap((one) => one.changes);
  };

  it('may be another one, or be new, with another version of zod', async () => {
    const same = mail(z.email());
    expect(await changesSince('^.+@.+$', same, same)).toEqual([]);
    expect(await changesSince(undefined, same, same)).toEqual([]);
    const inResponse = order({ response: response({ id: z.email() }) });
    expect(await changesSince('^.+@.+$', inResponse, inResponse)).toEqual([]);
  });

  it('counts where the contract has another format, or none', async () => {
    expect(await changesSince('^.+@.+$', mail(z.email()), mail(z.uuid()))).toContainEqual(
      expect.stringMatching(/^body\.mail has the format "uuid" now, not "email"$/),
    );
    expect(await changes([mail(z.guid())], [mail(z.uuid())])).toEqual({
      'update-order': [expect.stringMatching(/^body\.mail has the pattern /)],
    });
    const text = (pattern: RegExp) => mail(z.string().check(z.regex(pattern)));
    expect(await changes([text(/a/)], [text(/b/)])).toEqual({
      'update-order': ['body.mail has the pattern "b" now, not "a"'],
    });
  });
});

describe('callers', () => {
  const list = (item: z.core.$ZodType, more = {}) =>
    contract({
      ...{ name: 'list-orders', method: 'GET', path: '/orders', summary: 'List orders', access: 'user' },
      response: page(item as never),
      ...more,
    } as never) as AnyContract;
  const caller = (callee: AnyContract) =>
    order({ name: 'get-customer', path: '/customers/{orderId}', calls: [callee] });
  const broken = async (before: AnyContract, after: AnyContract) =>
    breakingChanges(await snapshot(before, caller(before)), await snapshot(after, caller(after)), today);

  it('are named with what breaks them', async () => {
    expect(await broken(list(Order), list(Order, { access: { scope: 'support' } }))).toEqual([
      {
        endpoint: 'list-orders',
        route: 'GET /orders',
        changes: ['it wants the scope support now'],
        callers: [{ endpoint: 'get-customer', changes: ['it wants the scope support now'] }],
        isPermitted: false,
      },
    ]);
  });

  it('break by a new response field where they parse with a strict schema, and clients do not', async () => {
    const tolerant = z.object({ id: OrderId });
    const strict = z.strictObject({ id: OrderId });
    const more = z.strictObject({ id: OrderId, paid: z.boolean() });
    expect(await broken(list(tolerant), list(more))).toEqual([]);
    expect(await broken(list(strict), list(more))).toEqual([
      expect.objectContaining({
        endpoint: 'list-orders',
        changes: [],
        callers: [
          {
            endpoint: 'get-customer',
            changes: ['response.items[].paid is new, and refused by a strict schema'],
          },
        ],
      }),
    ]);
  });

  it('are compared by a part of a snapshot as by all of it', async () => {
    const [before, after] = [list(NewOrder), list(Order)];
    const all = await snapshot(before, caller(before), order());
    const part = partOf(all, ['get-customer']);
    expect(Object.keys(part.endpoints).sort()).toEqual(['get-customer', 'list-orders']);
    const next = await snapshot(after, caller(after), order());
    expect(breakingChanges(part, next, today)).toEqual(breakingChanges(all, next, today));
    expect(JSON.stringify(part)).not.toContain('"example');
  });
});

describe('a contract permits to break it', () => {
  const breaking = (until: `${number}-${number}-${number}`) => ({
    breaking: { reason: 'No texts any more', until },
  });
  const one = async (before: AnyContract[], after: AnyContract[]) =>
    breakingChanges(await snapshot(...before), await snapshot(...after), today)[0];

  it.each([
    ['2030-06-16', true],
    [today, true],
    ['2030-06-14', false],
  ] as const)('until %s: %s', async (until, isPermitted) => {
    const after = order({ access: { scope: 'admin' }, ...breaking(until) });
    expect(await one([order()], [after])).toMatchObject({
      permission: breaking(until).breaking,
      isPermitted,
    });
  });

  it('by its last contract, when it is gone', async () => {
    expect(await one([order(breaking('2030-07-01'))], [])).toMatchObject({ isPermitted: true });
    expect(await one([order(breaking('2030-07-01'))], [order({ access: { scope: 'a' } })])).toMatchObject({
      isPermitted: false,
    });
  });
});
