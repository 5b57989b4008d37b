import { adminScope, type Caller, UserId } from '@nanoservices/validation';
import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, Context } from 'aws-lambda';
import type { Contract, Output } from '../contract.ts';
import { eventOf, type UntypedRequest } from '../event.ts';

/** Whom requests come from unless a test says otherwise. */
export const testUser = UserId.parse('01980000-0000-7000-8000-00000000000a');

/** Whom a test prepares data as: someone who may do everything. */
export const testAdmin: Caller = { userId: testUser, scopes: [adminScope] };

export interface SendOptions {
  /** Who sends; null for someone without a token. */
  readonly caller?: string | null;
  readonly scopes?: readonly string[];
  /** Changes to the finished event, for what a well-formed request cannot express. */
  readonly event?: Partial<APIGatewayProxyEventV2>;
  readonly remainingTimeMs?: number;
}

/** An HTTP answer. The body is the endpoint's output or a problem: the test that looks at it knows which. */
export interface Answer<C extends Contract> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | boolean>>;
  readonly cookies: readonly string[];
  readonly body: Output<C> & { readonly type: string; readonly errors?: unknown };
}

/**
 * Makes a function that sends requests to a handler as API Gateway would: an event of payload format 2.0 in, an HTTP
 * answer out. Requests are untyped, so that tests can send bad ones.
 */
export function sender<C extends Contract>(contract: C, handler: APIGatewayProxyHandlerV2) {
  return async (request: UntypedRequest = {}, options: SendOptions = {}): Promise<Answer<C>> => {
    const { caller = testUser, scopes = [], remainingTimeMs = 5000 } = options;
    const claims = { sub: caller, scope: scopes.join(' ') };
    const origin = caller === null ? {} : { authorizer: { jwt: { claims, scopes: null } } };
    const event = { ...eventOf(contract, request, origin), ...options.event };
    const result = await asFunction(() =>
      handler(event, lambdaContext(contract.name, remainingTimeMs), () => {}),
    );
    if (typeof result !== 'object' || result.statusCode === undefined) {
      throw new Error(`${contract.name} gave no HTTP answer: ${JSON.stringify(result)}`);
    }
    const { statusCode, headers = {}, cookies = [], body } = result;
    return { status: statusCode, headers, cookies, body: body === undefined ? undefined : JSON.parse(body) };
  };
}

let running = 0;
let testDatabase: string | undefined;

/** Handlers connect as the function does; what a test prepares and looks at, it does as the owner of the tables. */
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

/** The context object of an invocation (nodejs24.x). */
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
