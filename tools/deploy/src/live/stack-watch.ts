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
}

/** The number of waits from which on all stacks are read at once, a hundred with a request. */
const fewWaits = 4;
/** Highest wait between two looks. */
const longestDelayMs = 3000;

/** Tells if no change of a stack is under way. */
export function isSettled({ status }: Pick<Stack, 'status'>): boolean {
  return !status.endsWith('_IN_PROGRESS');
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
   * @param isNew - a stack that is still to be reviewed is one whose creation has not begun
   * @returns undefined when it is gone
   */
  async settled(name: string, { isNew = false } = {}): Promise<Stack | undefined> {
    this.#waits++;
    try {
      for (let delayMs = 100; ; delayMs = Math.min(delayMs * 1.5, longestDelayMs)) {
        await sleep(delayMs);
        const stack = this.#waits > fewWaits ? (await this.#readTogether()).get(name) : await this.read(name);
        if (!stack || isSettled(stack) || (stack.status === 'REVIEW_IN_PROGRESS' && !isNew)) return stack;
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
  const { StackName = '', StackStatus, Tags = [], Outputs = [], CreationTime, LastUpdatedTime } = stack;
  return {
    name: StackName,
    status: StackStatus ?? '',
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    outputs: Object.fromEntries(
      Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    createdAt: CreationTime,
    updatedAt: LastUpdatedTime,
  };
}
