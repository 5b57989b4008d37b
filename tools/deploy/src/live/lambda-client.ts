import { LambdaClient } from '@aws-sdk/client-lambda';
import { pace } from './pace.ts';

/** Commands with separate, much higher limits. */
const unpaced = ['GetFunctionCommand', 'InvokeCommand'];

/**
 * A client of Lambda that stays below its request rate, and retries while another change of the function is under way:
 * Lambda changes functions in the background, and refuses a second change until the first is done.
 *
 * The SDK retries after throttling, server errors and lost connections, with jittered exponential backoff.
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
