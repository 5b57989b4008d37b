import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import type { Template } from '../packaging/serverless-template.ts';
import { changeStack, type StackChange } from './stack-change.ts';
import { stackClient } from './stack-client.ts';
import { failureOf } from './stack-failure.ts';
import { type Stack, StackWatch } from './stack-watch.ts';

export type { Stack } from './stack-watch.ts';

/** The CloudFormation stacks of a region. */
export class Stacks {
  readonly #client: CloudFormationClient;
  readonly #watch: StackWatch;

  constructor(region: string) {
    this.#client = stackClient(region);
    this.#watch = new StackWatch(this.#client);
  }

  read(name: string): Promise<Stack | undefined> {
    return this.#watch.read(name);
  }

  /** Waits until no change of a stack is under way. @returns undefined when there is none */
  async settled(name: string): Promise<Stack | undefined> {
    const stack = await this.read(name);
    return stack && this.#watch.settled(name);
  }

  /** The name of a stack's resource on AWS; undefined when there is no such stack or resource, also no more. */
  async resourceId(name: string, logicalId: string): Promise<string | undefined> {
    try {
      const { StackResourceDetail } = await this.#client.send(
        new DescribeStackResourceCommand({ StackName: name, LogicalResourceId: logicalId }),
      );
      // A stack that was rolled back keeps the names of what it deleted.
      if (StackResourceDetail?.ResourceStatus === 'DELETE_COMPLETE') return undefined;
      return StackResourceDetail?.PhysicalResourceId;
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** All stacks with these tags. */
  async find(tags: Readonly<Record<string, string>>): Promise<Stack[]> {
    const all = [...(await this.#watch.readAll()).values()];
    return all.filter((stack) => Object.entries(tags).every(([name, value]) => stack.tags[name] === value));
  }

  /** The template of a stack, as text. @throws ValidationError when there is no such stack */
  async template(name: string): Promise<string> {
    const { TemplateBody = '' } = await this.#client.send(new GetTemplateCommand({ StackName: name }));
    // The SDK returns text; with some emulators, an object.
    return typeof TemplateBody === 'string' ? TemplateBody : JSON.stringify(TemplateBody);
  }

  /** The template of a stack that `deploy` made; undefined when there is no such stack. */
  async deployedTemplate(name: string): Promise<Template | undefined> {
    try {
      return JSON.parse(await this.template(name));
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /**
   * Gives a stack a template: see {@link changeStack}.
   *
   * @returns false when it has the template already
   */
  deploy(change: StackChange): Promise<boolean> {
    return changeStack(this.#client, this.#watch, change);
  }

  /** Deletes a stack and waits until it is gone. @throws Failed with the reason of the resource that stays */
  async delete(name: string): Promise<void> {
    await this.settled(name);
    await this.#client.send(new DeleteStackCommand({ StackName: name }));
    const left = await this.#watch.settled(name, { isDeleted: true });
    if (left) throw await failureOf(this.#client, name, left.status);
  }
}
