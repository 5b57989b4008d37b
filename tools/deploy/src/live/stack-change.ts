import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  RollbackStackCommand,
} from '@aws-sdk/client-cloudformation';
import { Failed } from '../errors.ts';
import type { Template } from '../packaging/serverless-template.ts';
import { failureOf } from './stack-failure.ts';
import { isSettled, type StackWatch } from './stack-watch.ts';

/** A template that a stack gets. */
export interface StackChange {
  readonly name: string;
  readonly template: Template;
  readonly tags: Readonly<Record<string, string>>;
  /** The deployment bucket, for a template that is too large for a request. Without one, such a template is refused by AWS. */
  readonly store?: (text: string) => Promise<{ readonly url: string }>;
  /** Throws when the right to change the stack was lost. Called before each change. */
  readonly assertHeld: () => void;
  /** Called with each step. */
  readonly say: (step: string) => void;
}

/** The size of a template in a request. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const bodyBytes = 51_200;

/** Stacks in these states can only be deleted: their creation or deletion failed. */
const toDelete = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED'];

/** Number of tries, where the stack changes meanwhile or must be mended first. */
const attempts = 5;

/**
 * Gives a stack a template, from whatever state an earlier change left it in: it waits for a change that is under way, deletes what
 * was never created, and continues a rollback that failed. The change is a change set, which CloudFormation
 * refuses to execute after any other change of the stack.
 *
 * @returns false when the stack has the template already
 * @throws Failed with the reason of the resource that failed; the stack is as it was before, if CloudFormation could restore it
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export async function changeStack(
  client: CloudFormationClient,
  watch: StackWatch,
  change: StackChange,
): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const isNew = await prepare(client, watch, change);
    const changeSet = await createChangeSet(client, change, isNew);
    if (changeSet === undefined) return false;
    change.assertHeld();
    if (!(await execute(client, changeSet))) continue;
    const { name } = change;
    const stack = await watch.settled(name, { isNew, changeSetId: changeSet.id });
    if (stack?.status === 'CREATE_COMPLETE' || stack?.status === 'UPDATE_COMPLETE') return true;
    throw await failureOf(client, name, stack?.status ?? 'deleted meanwhile');
  }
  throw new Failed(`The stack ${change.name} is changed by somebody else again and again: deploy again.`);
}

/** Brings a stack into a state from which it can be changed. @returns true when there is none yet */
async function prepare(
  client: CloudFormationClient,
  watch: StackWatch,
  { name, assertHeld, say }: StackChange,
): Promise<boolean> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const stack = await watch.read(name);
    // A change set was made for a new stack, and never executed.
    if (!stack || stack.status === 'REVIEW_IN_PROGRESS') return true;
    if (!isSettled(stack)) {
      say(`waiting for its stack, which is in ${stack.status}`);
      await watch.settled(name);
    } else if (toDelete.includes(stack.status)) {
      say(`deleting its stack, which is in ${stack.status}`);
      assertHeld();
      await client.send(new DeleteStackCommand({ StackName: name }));
      await watch.settled(name, { isDeleted: true });
    } else if (stack.status === 'UPDATE_ROLLBACK_FAILED' || stack.status === 'UPDATE_FAILED') {
      say(`rolling back its stack, which is in ${stack.status}`);
      assertHeld();
      const input = { StackName: name };
      if (stack.status === 'UPDATE_FAILED') await client.send(new RollbackStackCommand(input));
      else await client.send(new ContinueUpdateRollbackCommand(input));
      const after = await watch.settled(name);
      if (after?.status === 'UPDATE_ROLLBACK_FAILED') throw await failureOf(client, name, after.status);
    } else return false;
  }
  const stack = await watch.read(name);
  throw await failureOf(client, name, stack?.status ?? 'unknown');
}

interface ChangeSet {
  /** Its ARN, if CloudFormation said it. */
  readonly id: string | undefined;
  readonly StackName: string;
  readonly ChangeSetName: string;
}

/** @returns undefined when there is nothing to change */
async function createChangeSet(
  client: CloudFormationClient,
  { name, template, tags, store, assertHeld }: StackChange,
  isNew: boolean,
): Promise<ChangeSet | undefined> {
  const changeSet = { StackName: name, ChangeSetName: `deploy-${randomUUID()}` };
  const body = JSON.stringify(template);
  const isLarge = store !== undefined && Buffer.byteLength(body) > bodyBytes;
  const source = isLarge ? { TemplateURL: (await store(body)).url } : { TemplateBody: body };
  assertHeld();
  let id: string | undefined;
  try {
    const created = await client.send(
      new CreateChangeSetCommand({
        ...changeSet,
        ...source,
        ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    id = created.Id;
  } catch (error) {
    // The response to an earlier attempt got lost.
    if ((error as Error).name !== 'AlreadyExistsException') throw error;
  }
  for (let delayMs = 200; ; delayMs = Math.min(delayMs * 2, 3000)) {
    await sleep(delayMs);
    const { Status, StatusReason = '' } = await client.send(new DescribeChangeSetCommand(changeSet));
    if (Status === 'CREATE_COMPLETE') return { ...changeSet, id };
    if (Status === 'FAILED') {
      await client.send(new DeleteChangeSetCommand(changeSet)).catch(() => {});
      if (/didn't contain changes|No updates are to be performed/.test(StatusReason)) return undefined;
      throw new Failed(`CloudFormation refuses the change of the stack ${name}: ${StatusReason}`);
    }
  }
}

/** @returns false when the stack changed after the change set was made: then nothing was done */
async function execute(client: CloudFormationClient, { id: _, ...names }: ChangeSet): Promise<boolean> {
  try {
    await client.send(new ExecuteChangeSetCommand({ ...names, ClientRequestToken: names.ChangeSetName }));
    return true;
  } catch (error) {
    if (!/InvalidChangeSetStatus|ChangeSetNotFound/.test((error as Error).name)) throw error;
    const found = await client.send(new DescribeChangeSetCommand(names)).catch((gone) => {
      // CloudFormation removes all change sets of a stack that one of them has changed.
      if (/ChangeSetNotFound/.test((gone as Error).name)) return undefined;
      throw gone;
    });
    // The response to an earlier attempt got lost.
    return found?.ExecutionStatus?.startsWith('EXECUTE_') ?? false;
  }
}
