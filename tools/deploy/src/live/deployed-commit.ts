import {
  DeleteParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Stage } from '@nanoservices/model';
import { deployedCommitParameter } from '../stacks/names.ts';
import { describe, factsOf } from './description.ts';
import { requireReadable } from './stage-format.ts';

/** A commit that a whole stage was deployed from. */
export interface CompleteDeployment {
  readonly commit: string;
  readonly topology: string;
}

/**
 * The record of the last complete deployment of a stage, in a parameter of Systems Manager. It is there only while nothing
 * has been deployed since: the first change of any deployment removes it, and the end of a complete one writes it. So what
 * a failed deployment leaves behind is never taken for the state of a commit.
 */
export class DeployedCommit {
  readonly #client: SSMClient;
  readonly #name: string;
  #removal: Promise<unknown> | undefined;

  constructor(stage: Stage) {
    this.#client = new SSMClient({ region: stage.region, maxAttempts: 8 });
    this.#name = deployedCommitParameter(stage);
  }

  async read(): Promise<CompleteDeployment | undefined> {
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: this.#name }));
      const [commit, topology, facts] = (Parameter?.Value ?? '').split(' ');
      requireReadable(factsOf(facts).format, `What the parameter ${this.#name} records`);
      return commit && topology ? { commit, topology } : undefined;
    } catch (error) {
      if ((error as Error).name === 'ParameterNotFound') return undefined;
      throw error;
    }
  }

  async write({ commit, topology }: CompleteDeployment): Promise<void> {
    const Value = `${commit} ${topology} ${describe({})}`.trim();
    const parameter = { Name: this.#name, Value, Type: 'String' as const };
    await this.#client.send(new PutParameterCommand({ ...parameter, Overwrite: true }));
  }

  /** Removes the record, with one request however often it is called. */
  async remove(): Promise<void> {
    this.#removal ??= this.#client.send(new DeleteParametersCommand({ Names: [this.#name] }));
    try {
      await this.#removal;
    } catch (error) {
      this.#removal = undefined;
      throw error;
    }
  }
}
