import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpEvent } from './http-event.ts';
import { httpResponse } from './http-response.ts';

const route = { routeKey: 'GET /things', pathParameters: {} };

describe('the event of a request', () => {
  it('has nothing that the request has not', () => {
    const event = httpEvent({ method: 'GET', url: '/things', headers: [] }, route);
    expect(Object.keys(event).sort()).toEqual([
      'headers',
      'isBase64Encoded',
      'rawPath',
      'rawQueryString',
      'requestContext',
      'routeKey',
      'version',
    ]);
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/things',
      rawQueryString: '',
      isBase64Encoded: false,
    });
  });

  it('has lower-case headers and comma-joined duplicates, and cookies apart', () => {
    const headers: [string, string][] = [
      ['X-Tag', 'a'],
      ['x-tag', 'b,c'],
      ['Cookie', 'one=1; two=2'],
      ['COOKIE', 'three=3'],
    ];
    const event = httpEvent({ method: 'GET', url: '/things?q=1&q=2&r=%C3%BC', headers }, route);
    expect(event.headers).toEqual({ 'x-tag': 'a,b,c' });
    expect(event.cookies).toEqual(['one=1', 'two=2', 'three=3']);
    expect(event.queryStringParameters).toEqual({ q: '1,2', r: 'ü' });
    expect(event.rawQueryString).toBe('q=1&q=2&r=%C3%BC');
  });

  it('has text as it is and other bodies in base64', () => {
    const send = (type: string, body: Buffer) =>
      httpEvent({ method: 'POST', url: '/', headers: [['content-type', type]], body }, route);
    expect(send('application/json; charset=utf-8', Buffer.from('{}'))).toMatchObject({
      body: '{}',
      isBase64Encoded: false,
    });
    expect(send('text/csv', Buffer.from('a'))).toMatchObject({ body: 'a' });
    expect(send('application/x-www-form-urlencoded', Buffer.from('a=1'))).toMatchObject({
      isBase64Encoded: true,
    });
    expect(send('image/png', Buffer.from([0xff]))).toMatchObject({ body: '/w==', isBase64Encoded: true });
  });

  it('has the path decoded and the query as it was sent', () => {
    const event = httpEvent({ method: 'GET', url: '/a%2Fb/%C3%BC?q=%20', headers: [] }, route);
    expect(event).toMatchObject({ rawPath: '/a/b/ü', rawQueryString: 'q=%20' });
    expect(httpEvent({ method: 'GET', url: '/%zz', headers: [] }, route).rawPath).toBe('/%zz');
  });

  it('gives back what went in, for every request', () => {
    const name = fc.stringMatching(/^x-[a-z]{1,5}$/);
    const value = fc.stringMatching(/^[!-+\--~]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())),
        fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }),
        fc.option(fc.uint8Array(), { nil: undefined }),
        (query, headers, body) => {
          const search = new URLSearchParams(query).toString();
          const event = httpEvent(
            { method: 'PUT', url: `/things?${search}`, headers, body: body && Buffer.from(body) },
            route,
          );
          expect([...new URLSearchParams(event.rawQueryString)]).toEqual([...new URLSearchParams(search)]);
          expect(event.headers).toEqual(Object.fromEntries(headers));
          const got =
            event.body === undefined
              ? undefined
              : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
          expect(got).toEqual(body && Buffer.from(body));
        },
      ),
    );
  });
});

describe('the response to a result', () => {
  const text = (payload: unknown) => {
    const { statusCode, headers, body } = httpResponse(payload);
    return { statusCode, headers, body: body.toString() };
  };

  it('is the result’s own when it has a status code, with one Set-Cookie per cookie', () => {
    expect(
      text({
        statusCode: 201,
        headers: { 'Content-Type': 'a/b', 'X-N': 1 },
        cookies: ['a=1', 'b=2'],
        body: 'x',
      }),
    ).toEqual({
      statusCode: 201,
      headers: [
        ['content-type', 'a/b'],
        ['x-n', '1'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
      body: 'x',
    });
  });

  it('decodes a base64 body', () => {
    expect(httpResponse({ statusCode: 200, body: '/w==', isBase64Encoded: true }).body).toEqual(
      Buffer.from([0xff]),
    );
  });

  it.each([
    [{ a: 1 }, '{"a":1}'],
    ['text', 'text'],
    [[1], '[1]'],
    [null, 'null'],
  ])('is a 200 of JSON when it has none: %j', (payload, body) => {
    expect(text(payload)).toEqual({ statusCode: 200, headers: [['content-type', 'application/json']], body });
  });

  it.each([
    { statusCode: 'abc' },
    { statusCode: 99 },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: 'x' },
    { statusCode: 200, cookies: 'a=1' },
  ])('is a 500 when it is malformed: %j', (payload) => {
    expect(text(payload)).toMatchObject({ statusCode: 500, body: '{"message":"Internal Server Error"}' });
  });
});
