import * as z from 'zod/mini';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

const Structured = z.object({
  statusCode: z.coerce.number<number>().check(z.int(), z.minimum(100), z.maximum(599)),
  headers: z._default(z.record(z.string(), Scalar), {}),
  cookies: z._default(z.array(z.string()), []),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
});

/** A response to the network. */
export interface HttpResponse {
  readonly statusCode: number;
  /** Pairs, since each cookie is a separate Set-Cookie. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text, or the bytes that the function gave in base64. */
  readonly body: string | Buffer;
}

/**
 * Makes the response of a function's payload as API Gateway does (payload format 2.0). A payload with a `statusCode` is the
 * response, another payload is the body of a 200, and a malformed response is a 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpResponse(payload: unknown): HttpResponse {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
    return { statusCode: 200, headers: [['content-type', 'application/json']], body };
  }
  const structured = Structured.safeParse(payload);
  if (!structured.success) return message(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = structured.data;
  const fields = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value),
  ]);
  if (body !== '' && !('content-type' in Object.fromEntries(fields))) {
    fields.push(['content-type', 'text/plain; charset=utf-8']);
  }
  return {
    statusCode,
    headers: [...fields, ...cookies.map((cookie): [string, string] => ['set-cookie', cookie])],
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

/** @returns a response of API Gateway itself */
export function message(statusCode: number, text: string): HttpResponse {
  const body = JSON.stringify({ message: text });
  return { statusCode, headers: [['content-type', 'application/json']], body };
}
