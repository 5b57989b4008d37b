import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HttpRequest, httpEvent } from './http-event.ts';
import { encodePathParameter, requestTarget } from './request-target.ts';

const route = { routeKey: 'GET /things', pathParameters: {} };
const eventOf = (request: Partial<HttpRequest>) =>
  httpEvent({ method: 'GET', url: '/things', headers: [], ...request }, route);

describe('the event of a request', () => {
  it('has nothing that the request has not', () => {
    const event = eventOf({});
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

  it('has the context of an HTTP API', () => {
    const at = Date.UTC(2026, 10, 3, 18, 4, 5);
    const { requestContext } = eventOf({
      headers: [
        ['Host', 'api.example.com:8080'],
        ['User-Agent', 'curl/8.7.1'],
      ],
      sourceIp: '203.0.113.7',
      requestId: 'id',
    });
    expect(requestContext).toEqual({
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'api.example.com',
      domainPrefix: 'local',
      http: {
        method: 'GET',
        path: '/things',
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'curl/8.7.1',
      },
      requestId: 'id',
      routeKey: 'GET /things',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    });
    expect(requestContext.timeEpoch).toBeGreaterThan(at);
  });

  it('has lower-case headers and comma-joined duplicates, and cookies apart', () => {
    const event = eventOf({
      url: '/things?q=1&q=2&r=%C3%BC',
      headers: [
        ['X-Tag', 'a'],
        ['x-tag', 'b,c'],
        ['Cookie', 'one=1; two=2;'],
        ['COOKIE', 'three=3'],
      ],
    });
    expect(event.headers).toMatchObject({ 'x-tag': 'a,b,c' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.cookies).toEqual(['one=1', 'two=2', 'three=3']);
    expect(event.queryStringParameters).toEqual({ q: '1,2', r: 'ü' });
    expect(event.rawQueryString).toBe('q=1&q=2&r=%C3%BC');
    expect(eventOf({ headers: [['cookie', '']] })).not.toHaveProperty('cookies');
  });

  // Captured from an HTTP API on 2026-07-10 (hotsock/voker, vokerhttp/testdata/apigwv2-request.json).
  it('has the query as API Gateway decodes it', () => {
    const query =
      'repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=';
    const { rawQueryString, queryStringParameters } = eventOf({ url: `/things?${query}` });
    expect(rawQueryString).toBe(query);
    expect(queryStringParameters).toEqual({
      empty: '',
      encodedPlus: 'a+b',
      literalPlus: 'a b',
      redirect: 'https://example.com/a/b',
      repeat: 'one,two',
    });
  });

  it.each(['/things', '/things?', '/things?&'])('has no query parameters without any: %s', (url) => {
    expect(eventOf({ url })).not.toHaveProperty('queryStringParameters');
  });
});

describe('headers about the request', () => {
  const headersOf = (headers: HttpRequest['headers'], more: Partial<HttpRequest> = {}) =>
    eventOf({ headers, ...more }).headers;

  it('are there whatever the client sends', () => {
    expect(headersOf([])).toEqual({
      'content-length': '0',
      host: 'localhost',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    });
  });

  it('have one value, the gateway’s', () => {
    const forged: [string, string][] = [
      ['X-Forwarded-For', '198.51.100.1'],
      ['X-Forwarded-Port', '1'],
      ['X-Forwarded-Proto', 'gopher'],
    ];
    expect(headersOf(forged, { sourceIp: '203.0.113.7', port: 3000 })).toMatchObject({
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '3000',
      'x-forwarded-proto': 'http',
    });
  });

  it.each(['Root=1-5e6b67ad-2d4a5560cf6fb7a02780c3a0', 'Root=1-5e6b67ad-2d4a5560cf6fb7a02780c3a0;Sampled=1'])(
    'go on with the trace of the client: %s',
    (trace) => {
      expect(headersOf([['X-Amzn-Trace-Id', trace]])['x-amzn-trace-id']).toBe(trace);
    },
  );

  it.each([['x'], ['Root=1-5e6b67ad-x'], ['Root=1-5e6b67ad-2d4a5560cf6fb7a02780c3a0', 'Root=x']])(
    'start a trace where the client’s is none: %j',
    (...traces) => {
      const sent = traces.map((trace): [string, string] => ['x-amzn-trace-id', trace]);
      expect(headersOf(sent)['x-amzn-trace-id']).toMatch(/^Root=1-[\da-f]{8}-[\da-f]{24}$/);
    },
  );

  it('give the length of a body that came in chunks, and nothing of the connection', () => {
    const sent: [string, string][] = [
      ['Transfer-Encoding', 'chunked'],
      ['Connection', 'keep-alive, x'],
      ['TE', 'trailers'],
    ];
    const headers = headersOf(sent, { body: Buffer.from('abc') });
    expect(headers).toMatchObject({ 'content-length': '3' });
    for (const [name] of sent) expect(headers).not.toHaveProperty(name.toLowerCase());
  });

  it.each([
    ['api.example.com:8080', 'api.example.com'],
    ['localhost', 'localhost'],
    ['[::1]:3000', '[::1]'],
  ])('name the host with its port, the context without: %s', (host, domainName) => {
    const event = eventOf({ headers: [['Host', host]] });
    expect(event.headers.host).toBe(host);
    expect(event.requestContext.domainName).toBe(domainName);
  });
});

describe('the body', () => {
  const send = (type: string | undefined, body: Buffer, ...more: [string, string][]) => {
    const event = eventOf({ body, headers: [...(type ? [['content-type', type] as const] : []), ...more] });
    return { body: event.body, isBase64Encoded: event.isBase64Encoded };
  };

  // Tried on an HTTP API (ministackorg/ministack, pull request 766).
  it.each([
    ['text/plain', true],
    ['text/csv; charset=utf-8', true],
    ['application/json', true],
    ['Application/JSON; charset=utf-8', true],
    ['application/xml', true],
    ['application/javascript', true],
    ['application/x-www-form-urlencoded', false],
    ['application/octet-stream', false],
    ['application/problem+json', false],
    ['multipart/form-data; boundary=x', false],
    ['image/png', false],
    [undefined, false],
  ])('of %s is text: %s', (type, isText) => {
    const expected = isText
      ? { body: '{"a":"λ"}', isBase64Encoded: false }
      : { body: Buffer.from('{"a":"λ"}').toString('base64'), isBase64Encoded: true };
    expect(send(type, Buffer.from('{"a":"λ"}'))).toEqual(expected);
  });

  it('that is compressed arrives as it was sent', () => {
    const zipped = gzipSync('{"a":1}');
    const event = send('application/json', zipped, ['Content-Encoding', 'gzip']);
    expect(event).toEqual({ body: zipped.toString('base64'), isBase64Encoded: true });
    expect(send('application/json', Buffer.from('{}'), ['Content-Encoding', 'identity'])).toEqual({
      body: '{}',
      isBase64Encoded: false,
    });
  });

  it('of a text type that is no UTF-8 arrives as it was sent', () => {
    const latin1 = Buffer.from('Zoë', 'latin1');
    expect(send('text/plain; charset=iso-8859-1', latin1)).toEqual({
      body: latin1.toString('base64'),
      isBase64Encoded: true,
    });
  });

  it('that is empty is absent', () => {
    expect(eventOf({ body: Buffer.alloc(0) })).not.toHaveProperty('body');
  });
});

describe('the path', () => {
  // Captured from an HTTP API (hotsock/voker, pull request 8, vokerhttp/testdata/ingress-paths.json).
  it.each([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
  ])('%s is %s', (url, path) => {
    const event = eventOf({ url: `${url}?a=%3Fb%25c` });
    expect(event).toMatchObject({ rawPath: path, rawQueryString: 'a=%3Fb%25c' });
    expect(event.requestContext.http.path).toBe(path);
    expect(event.queryStringParameters).toEqual({ a: '?b%c' });
  });

  it.each(['/capture/percent%25done', '/%zz', '/%', '/%ff'])('%s is refused', (url) => {
    expect(() => requestTarget(url)).toThrow(URIError);
  });

  it.each([
    ['http://api.example.com/echo?x=1', '/echo', 'x=1'],
    ['HTTPS://api.example.com:8443', '/', ''],
    ['http://api.example.com?x=1', '/', 'x=1'],
  ])('in absolute form is without the host: %s', (url, rawPath, rawQueryString) => {
    const event = eventOf({ url, headers: [['host', 'other']] });
    expect(event).toMatchObject({ rawPath, rawQueryString });
    expect(event.requestContext.domainName).toBe('api.example.com');
  });

  it('that looks like an address is a path', () => {
    expect(requestTarget('/a/http://b?c')).toEqual({
      path: '/a/http://b',
      rawPath: '/a/http://b',
      rawQueryString: 'c',
    });
    expect(requestTarget('//b/c').rawPath).toBe('//b/c');
  });

  it('has any value that was encoded for it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const { path, rawPath } = requestTarget(`/a/${encodePathParameter(value)}/b`);
        expect(path.split('/')).toHaveLength(4);
        expect(rawPath).toBe(`/a/${value}/b`);
      }),
    );
  });
});

it('gives back what went in, for every request', () => {
  const name = fc.stringMatching(/^x-[a-z]{1,5}$/);
  const value = fc.stringMatching(/^[!-+\--~]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())),
      fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }),
      fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined }),
      fc.constantFrom('text/plain', 'image/png'),
      (query, headers, body, type) => {
        const search = new URLSearchParams(query).toString();
        const event = eventOf({
          url: `/things?${search}`,
          headers: [...headers, ['content-type', type]],
          body: body && Buffer.from(body),
        });
        expect([...new URLSearchParams(event.rawQueryString)]).toEqual([...new URLSearchParams(search)]);
        expect(event.headers).toMatchObject(Object.fromEntries(headers));
        const got =
          event.body === undefined
            ? undefined
            : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
        expect(got).toEqual(body && Buffer.from(body));
      },
    ),
  );
});
