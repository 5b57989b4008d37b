import { validateHeaderName, validateHeaderValue } from 'node:http';
import { connectionHeaders } from '@nanoservices/endpoint/gateway';
import { type FunctionResponse, functionResponse } from './function-response.ts';

/** A response to the network. */
export interface HttpResponse {
  readonly statusCode: number;
  /** Pairs, since each cookie is a separate Set-Cookie. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text, or the bytes that the function gave in base64. */
  readonly body: string | Buffer;
  /** Reason for a response that is not the function's. */
  readonly reason?: string | undefined;
}

/** Headers that API Gateway sets itself. A function's own are dropped. */
const droppedHeaders: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  'apigw-requestid',
  'content-length',
  'date',
]);

/**
 * Makes the response of a function's payload as API Gateway does (payload format 2.0). A payload with a `statusCode` is the
 * response, another payload is the body of a 200, and a malformed response is a 500, whose `reason` names the fault.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpResponse(payload: unknown): HttpResponse {
  const { response, inferred, fault } = functionResponse(payload);
  if (inferred !== undefined) {
    return { statusCode: 200, headers: [['content-type', 'application/json']], body: inferred };
  }
  if (fault !== undefined) return malformed(fault);
  const { statusCode, body } = response;
  const headers = headersOf(response);
  const invalid = headers.map(faultOf).find((one) => one !== undefined);
  if (invalid) return malformed(invalid);
  const isEmpty = statusCode === 204 || statusCode === 304 || body.length === 0;
  if (!isEmpty && !headers.some(([name]) => name === 'content-type')) {
    headers.push(['content-type', 'text/plain; charset=utf-8']);
  }
  return { statusCode, headers, body };
}

function malformed(fault: string): HttpResponse {
  return {
    ...message(500, 'Internal Server Error'),
    reason: `The function's response is malformed: ${fault}.`,
  };
}

/** @returns lower-case headers, each name once except Set-Cookie; of names that differ in case only, the last one counts */
function headersOf({ headers, cookies }: FunctionResponse): [name: string, value: string][] {
  const lowerCase = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ]);
  const single = new Map(lowerCase.filter(([name]) => name !== 'set-cookie' && !droppedHeaders.has(name)));
  return [
    ...single,
    ...cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
    ...lowerCase.filter(([name]) => name === 'set-cookie'),
  ];
}

function faultOf([name, value]: readonly [string, string]): string | undefined {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_INVALID_CHAR'
      ? `the value of header "${name}" has a character that HTTP does not allow`
      : `"${name}" is no name of an HTTP header`;
  }
}

/** @returns a response of API Gateway itself */
export function message(statusCode: number, text: string): HttpResponse {
  const body = JSON.stringify({ message: text });
  return { statusCode, headers: [['content-type', 'application/json']], body };
}
