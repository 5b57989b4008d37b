import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, Context } from 'aws-lambda';
import type { Contract, Output } from '../contract.ts';
import { eventOf, type UntypedRequest } from '../event.ts';
import { httpEvent } from '../gateway/http-event.ts';
import { encodePathParameter } from '../gateway/request-target.ts';
import { readBody } from '../response.ts';
import { isStreaming, type StreamingHandler } from '../streaming-handler.ts';
import { readStream } from './read-stream.ts';

/** Default issuer of a request's token. */
export const testIssuer = 'https://issuer.example/';

/** Default subject of a request. It is no id, as those of most issuers. */
export const testSubject = 'test|subject';

export interface SendOptions {
  /** Subject of the token, or null for a request without a token. Default {@link testSubject}. */
  readonly subject?: string | null;
  /** Issuer of the token. Default {@link testIssuer}. */
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  /** Further claims of the token, as API Gateway writes them: a list is `[a b]`. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Overrides of the finished event, for malformed requests. */
  readonly event?: Partial<APIGatewayProxyEventV2>;
  readonly remainingTimeMs?: number;
}

/** HTTP response. The body is the endpoint's output or a problem; the test knows which. */
export interface HttpResponse<C extends Contract> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | boolean>>;
  readonly cookies: readonly string[];
  readonly body: (C['stream'] extends string ? string : Output<C>) & {
    readonly type: string;
    readonly errors?: unknown;
  };
}

/**
 * Makes a function that sends requests to a handler as API Gateway would: an event of payload format 2.0 in, an HTTP
 * response out. Requests are untyped, so that tests can send bad ones. The body of a streamed response is its whole text; a
 * stream that breaks off rejects.
 */
export function sender<C extends Contract>(
  contract: C,
  handler: APIGatewayProxyHandlerV2 | StreamingHandler,
) {
  return async (request: UntypedRequest = {}, options: SendOptions = {}): Promise<HttpResponse<C>> => {
    const { subject = testSubject, issuer = testIssuer, scopes = [], remainingTimeMs = 5000 } = options;
    const claims = { iss: issuer, sub: subject, scope: scopes.join(' '), ...options.claims };
    const jwt = { claims, scopes: typeof contract.access === 'object' ? scopes : null };
    const authorizer = subject === null ? undefined : { jwt };
    const event = { ...(await gatewayEvent(contract, request, authorizer)), ...options.event };
    const context = lambdaContext(contract.name, remainingTimeMs);
    if (isStreaming(handler)) {
      const {
        statusCode,
        headers = {},
        cookies = [],
        body,
      } = await asFunction(() => readStream((out) => handler(event, out, context)));
      const isProblem = headers['content-type'] === 'application/problem+json';
      return { status: statusCode, headers, cookies, body: isProblem ? JSON.parse(body) : body };
    }
    const result = await asFunction(() => handler(event, context, () => {}));
    if (typeof result !== 'object' || result.statusCode === undefined) {
      throw new Error(`${contract.name} gave no HTTP response: ${JSON.stringify(result)}`);
    }
    const { statusCode, headers = {}, cookies = [] } = result;
    return { status: statusCode, headers, cookies, body: readBody(result) as HttpResponse<C>['body'] };
  };
}

async function gatewayEvent(
  contract: Contract,
  request: UntypedRequest,
  authorizer: unknown,
): Promise<APIGatewayProxyEventV2> {
  const {
    rawPath,
    rawQueryString,
    headers,
    cookies,
    pathParameters = {},
    body,
    isBase64Encoded,
  } = await eventOf(contract, request);
  const path = rawPath.split('/').map(encodePathParameter).join('/');
  return httpEvent(
    {
      method: contract.method,
      url: rawQueryString ? `${path}?${rawQueryString}` : path,
      headers: [
        ['user-agent', 'node'],
        ...(Object.entries(headers) as [string, string][]),
        ...(cookies ? [['cookie', cookies.join('; ')] as const] : []),
      ],
      body: body === undefined ? undefined : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    },
    {
      routeKey: `${contract.method} ${contract.path}`,
      pathParameters: pathParameters as Record<string, string>,
    },
    authorizer as Parameters<typeof httpEvent>[2],
  );
}

let running = 0;
let testDatabase: string | undefined;

/** A handler connects with the role of its function. The test itself connects as the owner of the tables. */
async function asFunction<Result>(run: () => Result): Promise<Awaited<Result>> {
  const { env } = process;
  if (!env.FUNCTION_DATABASE_URL) return await run();
  if (running++ === 0) testDatabase = env.DATABASE_URL;
  env.DATABASE_URL = env.FUNCTION_DATABASE_URL;
  try {
    return await run();
  } finally {
    if (--running === 0) env.DATABASE_URL = testDatabase;
  }
}

/** Makes the context object of an invocation (nodejs24.x). */
export function lambdaContext(functionName: string, remainingTimeMs = 5000): Context {
  const deadline = Date.now() + remainingTimeMs;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '256',
    awsRequestId: crypto.randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'test',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
