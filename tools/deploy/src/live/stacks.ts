import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeStacks,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';

/** A CloudFormation stack. */
export interface Stack {
  readonly name: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The CloudFormation stacks of a region. */
export class Stacks {
  readonly #client: CloudFormationClient;

  constructor(region: string) {
    this.#client = new CloudFormationClient({ region, maxAttempts: 8 });
  }

  async read(name: string): Promise<Stack | undefined> {
    try {
      const { Stacks = [] } = await this.#client.send(new DescribeStacksCommand({ StackName: name }));
      return Stacks[0] && toStack(Stacks[0]);
    } catch (error) {
      // CloudFormation has no error code for a missing stack.
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** The name of a stack's resource on AWS; undefined when there is no such stack or resource. */
  async resourceId(name: string, logicalId: string): Promise<string | undefined> {
    try {
      const { StackResourceDetail } = await this.#client.send(
        new DescribeStackResourceCommand({ StackName: name, LogicalResourceId: logicalId }),
      );
      return StackResourceDetail?.PhysicalResourceId;
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** All stacks with these tags. */
  async find(tags: Readonly<Record<string, string>>): Promise<Stack[]> {
    const found: Stack[] = [];
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: this.#client }, {})) {
      found.push(...Stacks.map(toStack));
    }
    return found.filter((stack) => Object.entries(tags).every(([name, value]) => stack.tags[name] === value));
  }

  /** The template of a stack, as text. */
  async template(name: string): Promise<string> {
    const { TemplateBody = '' } = await this.#client.send(new GetTemplateCommand({ StackName: name }));
    // The SDK returns text; with some emulators, an object.
    return typeof TemplateBody === 'string' ? TemplateBody : JSON.stringify(TemplateBody);
  }

  /** Deletes a stack and waits until it is gone. */
  async delete(name: string): Promise<void> {
    await this.#client.send(new DeleteStackCommand({ StackName: name }));
    const waiter = { client: this.#client, maxWaitTime: 900, minDelay: 1, maxDelay: 10 };
    await waitUntilStackDeleteComplete(waiter, { StackName: name });
  }
}

function toStack(stack: {
  StackName?: string | undefined;
  StackStatus?: string | undefined;
  Tags?: { Key?: string | undefined; Value?: string | undefined }[] | undefined;
  Outputs?: { OutputKey?: string | undefined; OutputValue?: string | undefined }[] | undefined;
}): Stack {
  return {
    name: stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
  };
}
