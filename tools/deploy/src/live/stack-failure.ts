import { type CloudFormationClient, paginateDescribeStackEvents } from '@aws-sdk/client-cloudformation';
import { Failed } from '../errors.ts';

/** The reasons of resources that failed only because another one did. */
const consequence = /cancelled|following resource\(s\) failed/i;

/**
 * Finds out why the last change of a stack failed.
 *
 * @param status - the state that the stack is in
 * @returns an error with the resources that failed, and their reasons
 */
export async function failureOf(client: CloudFormationClient, name: string, status: string): Promise<Failed> {
  const reasons = await reasonsOf(client, name).catch(() => []);
  const because = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return new Failed(`The change of the stack ${name} failed, which is ${status} now${because}`);
}

/** The reasons since the beginning of the last change, in the order of time. */
async function reasonsOf(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const reasons: string[] = [];
  // The newest come first.
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName })) {
    for (const event of StackEvents) {
      const { LogicalResourceId = '', ResourceStatus = '', ResourceStatusReason: reason = '' } = event;
      const isStack = LogicalResourceId === StackName;
      if (isStack && /^(?:CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(ResourceStatus)) return reasons;
      if (!isStack && ResourceStatus.endsWith('_FAILED') && !consequence.test(reason)) {
        reasons.unshift(`${LogicalResourceId}: ${reason}`);
      }
    }
  }
  return reasons;
}
