import { contract } from '@nanoservices/endpoint';
import { UsageError } from '@nanoservices/model';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type EventContext, invocationEvent } from './invocation-event.ts';
import type { InvokeOptions } from './invoke-options.ts';

const updateOrder = contract({
  name: 'update-order',
  method: 'PATCH',
  path: '/orders/{orderId}',
  summary: 'Change an order',
  params: z.strictObject({ orderId: z.string() }),
  body: z.unknown(),
  access: { scope: 'admin' },
});
const ida = { subject: 'ida', scopes: ['support'], claims: { tenant: 'a', roles: ['keeper', 'buyer'] } };
const told: string[] = [];
const tell = (line: string) => told.push(line);
const eventOf = (options: Partial<InvokeOptions>, api: Partial<EventContext['api']> = {}) =>
  invocationEvent(
    updateOrder,
    { name: 'update-order', query: [], headers: [], json: false, data: Buffer.from('{}'), ...options },
    { api: { localCaller: ida, ...api }, help: () => 'help', tell },
  );

it('is the event of API Gateway, with all that the gateway adds', () => {
  const event = eventOf({ path: '/orders/1?a=1', query: [['b', '2 3']], headers: [['X-Tag', 'x']] });
  expect(event).toEqual({
    version: '2.0',
    routeKey: 'PATCH /orders/{orderId}',
    rawPath: '/orders/1',
    rawQueryString: 'a=1&b=2+3',
    queryStringParameters: { a: '1', b: '2 3' },
    headers: {
      'content-length': '2',
      'content-type': 'application/json',
      host: 'localhost',
      'user-agent': 'nanos',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-tag': 'x',
    },
    requestContext: expect.objectContaining({
      http: {
        method: 'PATCH',
        path: '/orders/1',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'nanos',
      },
      authorizer: {
        jwt: {
          claims: {
            ...{ iss: 'urn:nanoservices:local-issuer', aud: 'local', sub: 'ida', scope: 'admin' },
            ...{ tenant: 'a', roles: '[keeper buyer]' },
          },
          scopes: ['admin'],
        },
      },
    }),
    pathParameters: { orderId: '1' },
    body: '{}',
    isBase64Encoded: false,
  });
});

it('has the user agent and the content type that are given', () => {
  const { headers } = eventOf({
    path: 'orders/1',
    headers: [
      ['User-Agent', 'me'],
      ['Content-Type', 'text/plain'],
    ],
  });
  expect(headers).toMatchObject({ 'user-agent': 'me', 'content-type': 'text/plain' });
});

it.each([
  ['cognito', /^[\da-f-]{36}$/, 'admin', ', with scope admin;'],
  ['entra', /^[\w-]{43}$/, 'admin', ', with scope admin;'],
  ['google', /^\d{21}$/, undefined, ', without a scope: google gives none;'],
] as const)('has the caller as %s would name them', (like, sub, scope, note) => {
  const { requestContext } = eventOf({ path: '/orders/1' }, { jwt: { like } });
  const { jwt } = (requestContext as unknown as { authorizer: { jwt: { claims: Record<string, string> } } })
    .authorizer;
  expect(jwt.claims.sub).toMatch(sub);
  expect(jwt).toMatchObject({ scopes: scope ? [scope] : [] });
  expect(told.at(-1)).toBe(`As ${jwt.claims.sub}${note} --token acts as another caller.`);
});

it('has the issuer of functions/api.json, since a subject is unique within it only', () => {
  const jwt = { issuer: 'https://id.example', audience: ['shop'] };
  const { requestContext } = eventOf({ path: '/orders/1' }, { jwt });
  expect(requestContext).toMatchObject({ authorizer: { jwt: { claims: { iss: jwt.issuer, sub: 'ida' } } } });
});

it('decodes a path as the gateway does', () => {
  expect(eventOf({ path: '/orders/a%252Fb' })).toMatchObject({
    rawPath: '/orders/a/b',
    pathParameters: { orderId: 'a/b' },
  });
});

it.each([
  [{}, { routeKey: '$default', rawPath: '/', method: 'GET' }],
  [{ path: '/a/b?c=1' }, { routeKey: '$default', rawPath: '/a/b', method: 'GET' }],
  [
    { path: '/a', data: Buffer.from('{}') },
    { routeKey: '$default', rawPath: '/a', method: 'POST' },
  ],
  [
    { path: '/a', method: 'DELETE' },
    { routeKey: '$default', rawPath: '/a', method: 'DELETE' },
  ],
])('is the event of a plain handler of every method and path, without a caller: %j', (options, expected) => {
  const { method, ...rest } = expected;
  const event = invocationEvent(
    contract({ name: 'fallback', method: 'ANY', path: '$default' }),
    { name: 'fallback', query: [], headers: [], json: false, ...options },
    { api: { localCaller: ida }, help: () => 'help', tell },
  );
  expect(event).toMatchObject({ ...rest, requestContext: { http: { method } } });
  expect(event.requestContext).not.toHaveProperty('authorizer');
  expect(event).not.toHaveProperty('pathParameters');
});

it('has the greedy parameter of a plain handler', () => {
  const event = invocationEvent(
    contract({ name: 'legacy', method: 'ANY', path: '/{proxy+}', access: 'user' }),
    { name: 'legacy', query: [], headers: [], json: false, path: '/a/b', method: 'PUT' },
    { api: { localCaller: ida }, help: () => 'help', tell },
  );
  expect(event).toMatchObject({ routeKey: 'ANY /{proxy+}', pathParameters: { proxy: 'a/b' } });
  expect(event.requestContext).toHaveProperty('authorizer.jwt.claims.sub', 'ida');
});

it.each([
  ['/orders/', /does not fit \/orders\/{orderId}/],
  ['/orders/a%2Fb', /does not fit/],
  ['/orders/50%', /write % as %2525/],
  ['/orders/50%25', /write % as %2525/],
  [undefined, /--path is missing/],
])('refuses the path %s', (path, message) => {
  expect(() => eventOf({ path })).toThrow(UsageError);
  expect(() => eventOf({ path })).toThrow(message);
});
