import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mistakeInRoute, refuseConflictingParameters, refuseSameRoutes } from './route-rules.ts';

const mistakeIn = (path: string, more: object = {}) =>
  mistakeInRoute({ method: 'GET', path: path as `/${string}`, access: 'public', ...more });

describe('a route that API Gateway takes has no mistake:', () => {
  it.each([
    '/',
    '/orders',
    '/orders/{orderId}',
    '/orders/{orderId}/items/{item_id}',
    '/v1.2/a_b/c-d:cancel',
    '/files/{proxy+}',
    '/{proxy+}',
  ])('%s', (path) => {
    expect(mistakeIn(path)).toBeUndefined();
  });
});

it.each(['/orders', '/{proxy+}', '$default'])('ANY takes %s', (path) => {
  expect(mistakeIn(path, { method: 'ANY' })).toBeUndefined();
});

it.each(['HEAD', 'OPTIONS'])('%s is a method', (method) => {
  expect(mistakeIn('/orders', { method })).toBeUndefined();
});

describe('a route that API Gateway refuses, or never matches, is reported with the way out:', () => {
  it.each([
    ['/reports/{id}.json', /split "\{id\}\.json"/],
    ['/reports/{id}:cancel', /split "\{id\}:cancel"/],
    ['/reports/{from}-{to}', /split/],
    ['/reports/{id', /split "\{id"/],
    ['/events/', /write "\/events"/],
    ['//', /at the end/],
    ['/a//b', /no empty part/],
    ['/orders/{order-id}', /write \{orderId\} for \{order-id\}/],
    ['/orders/{order.id}', /write \{orderId\}/],
    ['/orders/{1st}', /write \{orderId\} for \{1st\}/],
    ['/orders/{}', /write \{orderId\} for \{\}/],
    ['/orders/{proxy+}/items', /\{proxy\+\} takes the rest of the path: it must be last/],
    ['/a/{id}/b/{id}', /\{id\} is there twice/],
    ['/a/{id}/b/{id+}', /\{id\} is there twice/],
    ['/a/../b', /Clients resolve "\.\."/],
    ['/orders?status=open', /"orders\?status=open" has others/],
    ['/caf%C3%A9', /has others/],
    ['/café', /has others/],
    ['/a b', /has others/],
    ['/orders/@mine', /has others/],
    ['orders', /must begin with "\/"/],
    ['$defaults', /must begin with "\/", or be "\$default"/],
    ['$default', /"method" must be ANY, not GET/],
  ])('%s', (path, message) => {
    expect(mistakeIn(path)).toContain(`"path" is "${path}".`);
    expect(mistakeIn(path)).toMatch(message);
  });

  it.each(['get', 'any', 'TRACE', ''])('the method %j', (method) => {
    expect(mistakeIn('/orders', { method })).toMatch(/"method" is .*GET, .*OPTIONS, ANY, in capitals/);
  });

  it.each(['', 'a b', 'x'.repeat(65)])('the scope %j', (scope) => {
    expect(mistakeIn('/orders', { access: { scope } })).toContain(`"access" has the scope "${scope}".`);
  });

  it.each(['', 'a b', 'x'.repeat(65)])('the scope %j of a plain handler', (scope) => {
    expect(mistakeIn('$default', { method: 'ANY', access: { scope } })).toContain('"access" has the scope');
  });

  it('takes no other character than those of the documentation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        if (mistakeIn(`/${text}`) !== undefined) return;
        expect(text).toMatch(/^[\w.:{}+/-]+$/);
      }),
      { numRuns: 10_000 },
    );
  });
});

const route = (name: string, text: string) => {
  const [method, path] = text.split(' ') as ['GET', `/${string}`];
  return { name, method, path };
};

describe('two routes', () => {
  it.each([
    ['ANY /orders', 'ANY /orders'],
    ['ANY /{proxy+}', 'ANY /{rest+}'],
    ['ANY $default', 'ANY $default'],
  ])('of every method are not the same route: %s', (first, second) => {
    expect(() => refuseSameRoutes([route('old', first), route('older', second)])).toThrow(
      /is the route of old and of older/,
    );
  });

  it('may be one of every method and one of a method', () => {
    const routes = [route('old', 'ANY /orders'), route('list-orders', 'GET /orders')];
    expect(() => refuseSameRoutes(routes)).not.toThrow();
  });

  it('are not the same route', () => {
    const routes = [route('get-order', 'GET /orders/{orderId}'), route('read-order', 'GET /orders/{id}')];
    expect(() => refuseSameRoutes(routes)).toThrow(
      'GET /orders/{id} is the route of get-order and of read-order.',
    );
  });

  it.each([
    ['GET /orders/{id}', 'GET /orders/{orderId}/items'],
    ['GET /orders/{id}', 'DELETE /orders/{orderId}'],
    ['GET /a/{x}/b/{y}', 'GET /a/{x}/b/{z}/c'],
    ['GET /files/{path+}', 'PUT /files/{rest+}'],
  ])('have one name for a parameter in one place: %s and %s', (first, second) => {
    const routes = [route('first', first), route('second', second)];
    expect(() => refuseConflictingParameters(routes)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(`${first} of first`) }),
    );
  });

  it.each([
    ['GET /orders/{id}', 'GET /orders/{id}/items/{itemId}'],
    ['GET /orders/{id}', 'GET /customers/{customerId}'],
    ['GET /orders/{id}/items', 'GET /orders/latest/{item}'],
    ['GET /files/{id}', 'GET /files/{proxy+}'],
  ])('may have names of their own in other places: %s and %s', (first, second) => {
    expect(() => refuseConflictingParameters([route('first', first), route('second', second)])).not.toThrow();
  });
});
