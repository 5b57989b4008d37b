import { describe, expect, it } from 'vitest';
import { httpResponse } from './http-response.ts';

const text = (payload: unknown) => {
  const { statusCode, headers, body } = httpResponse(payload);
  return { statusCode, headers, body: body.toString() };
};
const json = ['content-type', 'application/json'];
const plain = ['content-type', 'text/plain; charset=utf-8'];

describe('a result with a status code', () => {
  it('is the response, with one Set-Cookie per cookie', () => {
    expect(
      text({
        statusCode: 201,
        headers: { 'Content-Type': 'a/b', 'X-N': 1, 'X-B': false, 'Set-Cookie': 'c=3' },
        cookies: ['a=1', 'b=2'],
        body: 'x',
      }),
    ).toEqual({
      statusCode: 201,
      headers: [
        ['content-type', 'a/b'],
        ['x-n', '1'],
        ['x-b', 'false'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['set-cookie', 'c=3'],
      ],
      body: 'x',
    });
  });

  // AWS's types for Go and .NET write null for what is not set (APIGatewayV2HTTPResponse, APIGatewayHttpApiV2ProxyResponse).
  it.each([
    { headers: null, cookies: null, body: 'hi' },
    { headers: null, multiValueHeaders: null, body: 'hi', cookies: null, isBase64Encoded: null },
    { multiValueHeaders: { 'x-a': ['b'] }, body: 'hi', isBase64Encoded: false },
    { headers: { 'x-absent': null }, body: 'hi' },
    { body: 'hi', statusDescription: 'OK', extra: { a: 1 } },
  ])('may have members that are null or unknown: %j', (members) => {
    expect(text({ statusCode: 200, ...members })).toEqual({ statusCode: 200, headers: [plain], body: 'hi' });
  });

  it.each([null, undefined, ''])('may have no body: %j', (body) => {
    expect(text({ statusCode: 200, body })).toEqual({ statusCode: 200, headers: [], body: '' });
  });

  it.each([200, '200', 599, '404'])('may have the status %j', (statusCode) => {
    expect(text({ statusCode }).statusCode).toBe(Number(statusCode));
  });

  it('decodes a base64 body', () => {
    expect(httpResponse({ statusCode: 200, body: '/w==', isBase64Encoded: true }).body).toEqual(
      Buffer.from([0xff]),
    );
  });

  it('has a header of a name once, the last one', () => {
    const headers = { 'Content-Type': 'text/html', 'content-type': 'text/csv', 'X-A': '1', 'x-a': '2' };
    expect(text({ statusCode: 200, headers, body: 'x' }).headers).toEqual([
      ['content-type', 'text/csv'],
      ['x-a', '2'],
    ]);
  });

  it('has none of the headers that the gateway sets', () => {
    const headers = {
      'Apigw-Requestid': 'own',
      Date: 'Thu, 01 Jan 1970 00:00:00 GMT',
      Connection: 'close',
      'Content-Length': '1',
      'Transfer-Encoding': 'chunked',
      'Keep-Alive': 'timeout=5',
      'x-own': 'a',
    };
    expect(text({ statusCode: 204, headers }).headers).toEqual([['x-own', 'a']]);
  });
});

// Captured from an HTTP API (aws/aws-lambda-dotnet, InvokeResponseExtensionsTests.cs).
describe('a result without a status code', () => {
  it.each([
    [{ name: 'John Doe', age: 30 }, '{"name":"John Doe","age":30}'],
    [[1, 2, 3], '[1,2,3]'],
    ['Hello, World!', 'Hello, World!'],
    ['{"name": "John Doe", "age":', '{"name": "John Doe", "age":'],
    ['', ''],
    [42, '42'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'null'],
    [{ statusCode: null, body: 'x' }, '{"statusCode":null,"body":"x"}'],
    [{ body: 'x', headers: { a: 'b' } }, '{"body":"x","headers":{"a":"b"}}'],
  ])('is the body of a 200: %j', (payload, body) => {
    expect(text(payload)).toEqual({ statusCode: 200, headers: [json], body });
  });
});

describe('a malformed result', () => {
  it.each([
    [{ statusCode: 'abc' }, '"statusCode" is the string "abc" and must be a whole number from 200 to 599'],
    [{ statusCode: 0 }, '"statusCode" is the number 0 and'],
    [{ statusCode: 100 }, '"statusCode" is the number 100 and'],
    [{ statusCode: 103 }, '"statusCode" is the number 103 and'],
    [{ statusCode: '103' }, '"statusCode" is the string "103" and'],
    [{ statusCode: 199 }, '"statusCode" is the number 199 and'],
    [{ statusCode: 600 }, '"statusCode" is the number 600 and'],
    [{ statusCode: -200 }, '"statusCode" is the number -200 and'],
    [{ statusCode: 200.5 }, '"statusCode" is the number 200.5 and'],
    [{ statusCode: '' }, '"statusCode" is the string "" and'],
    [{ statusCode: true }, '"statusCode" is the boolean true and'],
    [{ statusCode: [200] }, '"statusCode" is an array and'],
    [{ statusCode: { a: 1 } }, '"statusCode" is an object and'],
    [{ statusCode: 200, body: { a: 1 } }, '"body" is an object and must be a string'],
    [{ statusCode: 200, body: [1] }, '"body" is an array and must be a string'],
    [{ statusCode: 200, body: 5 }, '"body" is a number and must be a string'],
    [{ statusCode: 200, headers: 'x' }, '"headers" is a string and must be an object'],
    [{ statusCode: 200, headers: [] }, '"headers" is an array and must be an object'],
    [{ statusCode: 200, headers: { a: ['b'] } }, '"headers.a" is an array and must be a string, a number or'],
    [{ statusCode: 200, headers: { a: {} } }, '"headers.a" is an object and must be a string, a number or'],
    [{ statusCode: 200, cookies: 'a=1' }, '"cookies" is a string and must be an array'],
    [{ statusCode: 200, cookies: ['a=1', 2] }, '"cookies.1" is a number and must be a string'],
    [{ statusCode: 200, isBase64Encoded: 'true' }, '"isBase64Encoded" is a string and must be a boolean'],
    [{ statusCode: 200, isBase64Encoded: true, body: 'no base64!' }, '"body" is not base64'],
    [{ statusCode: 200, headers: { 'x-y': 'a\nb' } }, 'the value of header "x-y" has a character'],
    [{ statusCode: 200, headers: { 'x-y': 'a\r\nset-cookie: b=1' } }, 'the value of header "x-y" has'],
    [{ statusCode: 200, headers: { 'x-y': '✓' } }, 'the value of header "x-y" has a character'],
    [{ statusCode: 200, headers: { 'x y': 'a' } }, '"x y" is no name of an HTTP header'],
    [{ statusCode: 200, headers: { '': 'a' } }, '"" is no name of an HTTP header'],
    [{ statusCode: 200, cookies: ['a=1\r\n'] }, 'the value of header "set-cookie" has a character'],
  ])('is a 500, and the reason names the field and its type: %j', (payload, reason) => {
    expect(text(payload)).toEqual({
      statusCode: 500,
      headers: [json],
      body: '{"message":"Internal Server Error"}',
    });
    expect(httpResponse(payload).reason).toContain(`The function's response is malformed: `);
    expect(httpResponse(payload).reason).toContain(reason);
  });

  it('keeps what a client may have sent out of the reason', () => {
    expect(httpResponse({ statusCode: 200, headers: { 'x-y': 'secret\n' } }).reason).not.toContain('secret');
    expect(httpResponse({ statusCode: 200, headers: 'secret' }).reason).not.toContain('secret');
  });
});
