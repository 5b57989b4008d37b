import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, Context } from 'aws-lambda';
import type { Contract, Output } from '../contract.ts';
import { eventOf, type UntypedRequest } from '../event.ts';

/** Default subject of a request: a UUID version 7, so that it can also be an id. */
export const testSubject = '01980000-0000-7000-8000-00000000000a';

export interface SendOptions {
  /** Subject of the token, or null for a request without a token. Default {@link testSubject}. */
  readonly subject?: string | null;
  readonly scopes?: readonly string[];
  /** Overrides of the finished event, for malformed requests. */
  readonly event?: Partial<APIGatewayProxyEventV2>;
  readonly remainingTimeMs?: number;
}

/** HTTP response. The body is the endpoint's output or a problem; the test knows which. */
export interface HttpResponse<C extends Contract> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | boolean>>;
  readonly cookies: readonly string[];
  readonly body: Output<C> & { readonly type: string; readonly errors?: unknown };
}

/**
 * Makes a function that sends requests to a handler as API Gateway would: an event of payload format 2.0 in, an HTTP
 * response out. Requests are untyped, so that tests can send bad ones.
 */
export function sender<C extends Contract>(contract: C, handler: APIGatewayProxyHandlerV2) {
  return async (request: UntypedRequest = {}, options: SendOptions = {}): Promise<HttpResponse<C>> => {
    const { subject = testSubject, scopes = [], remainingTimeMs = 5000 } = options;
    const claims = { sub: subject, scope: scopes.join(' ') };
    const origin = subject === null ? {} : { authorizer: { jwt: { claims, scopes: null } } };
    const event = { ...eventOf(contract, request, origin), ...options.event };
    const result = await asFunction(() =>
      handler(event, lambdaContext(contract.name, remainingTimeMs), () => {}),
    );
    if (typeof result !== 'object' || result.statusCode === undefined) {
      throw new Error(`${contract.name} gave no HTTP response: ${JSON.stringify(result)}`);
    }
    const { statusCode, headers = {}, cookies = [], body } = result;
    return { status: statusCode, headers, cookies, body: body === undefined ? undefined : JSON.parse(body) };
  };
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
