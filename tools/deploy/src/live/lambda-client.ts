import { LambdaClient } from '@aws-sdk/client-lambda';
import pThrottle from 'p-throttle';

/**
 * Lambda accepts 15 requests per second that read or change functions, from a whole account. Others of the account need some, too.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
const requestsPerSecond = 14;

/** GetFunction has a limit of its own: 100 per second. */
const readsPerSecond = 90;

/**
 * A client of Lambda that stays below its request rate, and retries while another change of the function is under way:
 * Lambda changes functions in the background, and refuses a second change until the first is done.
 *
 * The SDK retries after throttling, server errors and lost connections, with jittered exponential backoff.
 */
export function lambdaClient(region: string): LambdaClient {
  const client = new LambdaClient({ region, maxAttempts: 8 });
  const paceOf = (limit: number) => pThrottle({ limit, interval: 1000, strict: true })(() => {});
  const [pace, paceReads] = [paceOf(requestsPerSecond), paceOf(readsPerSecond)];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName === 'GetFunctionCommand') await paceReads();
      else if (context.commandName !== 'InvokeCommand') await pace();
      try {
        return await next(args);
      } catch (error) {
        throw isConflictInTime(error) ? Object.assign(error, { $retryable: { throttling: true } }) : error;
      }
    },
    // Inside the SDK's retries, so that each attempt is paced.
    { step: 'finalizeRequest', priority: 'low', name: 'pace' },
  );
  return client;
}

/** A conflict with another change that is under way, not with something that exists already. */
function isConflictInTime(error: unknown): error is Error {
  return (
    error instanceof Error && error.name === 'ResourceConflictException' && !/exist/i.test(error.message)
  );
}
