import { LambdaClient } from '@aws-sdk/client-lambda';
import { pace } from './pace.ts';

/** These have limits of their own, far above. */
const unpaced = ['GetFunctionCommand', 'InvokeCommand'];

/**
 * A client of Lambda that keeps to its request rate, and that sends again what another change of the function prevents:
 * Lambda changes functions in the background, and refuses a second change until the first is done.
 *
 * Throttling, server errors and lost connections are the SDK's to repeat, with jittered exponential backoff.
 */
export function lambdaClient(region: string): LambdaClient {
  const client = new LambdaClient({ region, maxAttempts: 8 });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (!unpaced.includes(context.commandName ?? '')) await pace(region);
      try {
        return await next(args);
      } catch (error) {
        throw isConflictInTime(error) ? Object.assign(error, { $retryable: { throttling: true } }) : error;
      }
    },
    // Inside the SDK's own retries, so that each attempt is paced.
    { step: 'finalizeRequest', priority: 'low', name: 'pace' },
  );
  return client;
}

/** Another change is under way; not: the thing exists already. */
function isConflictInTime(error: unknown): error is Error {
  return (
    error instanceof Error && error.name === 'ResourceConflictException' && !/exist/i.test(error.message)
  );
}
