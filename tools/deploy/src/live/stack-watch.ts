import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack as StackDescription,
} from '@aws-sdk/client-cloudformation';

/** A CloudFormation stack. */
export interface Stack {
  readonly name: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly createdAt?: Date | undefined;
  /** Time of the last update. */
  readonly updatedAt?: Date | undefined;
  /** The change set that was executed last. */
  readonly changeSetId?: string | undefined;
}

/** The number of waits from which on all stacks are read at once, a hundred with a request. */
const fewWaits = 4;
/** Highest wait between two looks. */
const longestDelayMs = 3000;
/** For so long after a request, CloudFormation may still show a stack as it was before. */
const lateMs = 15_000;

/** Tells if no change of a stack is under way. */
export function isSettled({ status }: Pick<Stack, 'status'>): boolean {
  return !status.endsWith('_IN_PROGRESS');
}

/** The request whose end is waited for. */
export interface ChangeUnderWay {
  /** Its creation: a stack that is still to be reviewed is one whose creation has not begun. */
  readonly isNew?: boolean;
  /** The execution of a change set. */
  readonly changeSetId?: string | undefined;
  /** Its deletion. */
  readonly isDeleted?: boolean;
}

/** Tells if a stack is as it was before the change. */
function isOld({ status, changeSetId }: Stack, after: ChangeUnderWay): boolean {
  if (after.isDeleted) return !status.startsWith('DELETE_');
  return after.changeSetId !== undefined && changeSetId !== undefined && changeSetId !== after.changeSetId;
}

/** Reads the states of stacks, and waits for the end of their changes: one view for all deployments of a process. */
export class StackWatch {
  readonly #client: CloudFormationClient;
  #waits = 0;
  #reading: Promise<Map<string, Stack>> | undefined;
  #next: Promise<Map<string, Stack>> | undefined;

  constructor(client: CloudFormationClient) {
    this.#client = client;
  }

  async read(name: string): Promise<Stack | undefined> {
    try {
      const { Stacks = [] } = await this.#client.send(new DescribeStacksCommand({ StackName: name }));
      return Stacks.filter(isThere).map(toStack)[0];
    } catch (error) {
      // CloudFormation has no error code for a missing stack.
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** All stacks of the region. */
  async readAll(): Promise<Map<string, Stack>> {
    const found = new Map<string, Stack>();
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: this.#client }, {})) {
      for (const stack of Stacks.filter(isThere).map(toStack)) found.set(stack.name, stack);
    }
    return found;
  }

  /**
   * Waits until no change of a stack is under way.
   *
   * @returns undefined when it is gone
   */
  async settled(name: string, after: ChangeUnderWay = {}): Promise<Stack | undefined> {
    const { isNew = false } = after;
    const startedAt = performance.now();
    this.#waits++;
    try {
      for (let delayMs = 100; ; delayMs = Math.min(delayMs * 1.5, longestDelayMs)) {
        await sleep(delayMs);
        const listed = this.#waits > fewWaits ? (await this.#readTogether()).get(name) : undefined;
        const stack = listed ?? (await this.read(name));
        if (!stack) return undefined;
        if (!isSettled(stack) && (isNew || stack.status !== 'REVIEW_IN_PROGRESS')) continue;
        if (isOld(stack, after) && performance.now() - startedAt < lateMs) continue;
        return stack;
      }
    } finally {
      this.#waits--;
    }
  }

  /** A reading that begins now or later: one that is under way may be older than the change that somebody waits for. */
  #readTogether(): Promise<Map<string, Stack>> {
    const begin = () => {
      this.#next = undefined;
      this.#reading = this.readAll().finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    };
    if (!this.#reading) return begin();
    this.#next ??= this.#reading.catch(() => {}).then(begin);
    return this.#next;
  }
}

/** For a while, CloudFormation lists what it has deleted. */
function isThere({ StackStatus }: StackDescription): boolean {
  return StackStatus !== 'DELETE_COMPLETE';
}

function toStack(stack: StackDescription): Stack {
  const { StackName = '', StackStatus, Tags = [], Outputs = [] } = stack;
  return {
    name: StackName,
    status: StackStatus ?? '',
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    outputs: Object.fromEntries(
      Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    createdAt: stack.CreationTime,
    updatedAt: stack.LastUpdatedTime,
    changeSetId: stack.ChangeSetId,
  };
}
