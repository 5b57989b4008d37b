import { CloudFormationClient } from '@aws-sdk/client-cloudformation';

/**
 * A client of CloudFormation. AWS names no rates for its requests, so the client finds them out: after a refusal it slows down, and
 * tries again.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html (adaptive)
 */
export function stackClient(region: string): CloudFormationClient {
  return new CloudFormationClient({ region, maxAttempts: 12, retryMode: 'adaptive' });
}
