import {
  DeleteParametersCommand,
  GetParametersCommand,
  type Parameter,
  PutParameterCommand,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { inParts } from './in-parts.ts';

/** Maximum number of parameters that Systems Manager reads or deletes with one request. */
const atOnce = 10;

/** A value that nobody may see. */
export interface SecureParameter {
  readonly name: string;
  readonly description: string;
  readonly value: string;
  /** KMS key. Default: the key of Systems Manager. */
  readonly keyArn: string | undefined;
}

/** Parameters of a region, in Parameter Store of AWS Systems Manager. */
export class Parameters {
  readonly #client: SSMClient;

  constructor(region: string) {
    this.#client = new SSMClient({ region, maxAttempts: 8 });
  }

  /** @returns those that are there, by name */
  async read(names: readonly string[], isDecrypted: boolean): Promise<Map<string, Parameter>> {
    const requests = inParts(names, atOnce).map((Names) =>
      this.#client.send(new GetParametersCommand({ Names, WithDecryption: isDecrypted })),
    );
    const found = await Promise.all(requests);
    return new Map(found.flatMap(({ Parameters = [] }) => Parameters.map((one) => [one.Name ?? '', one])));
  }

  /**
   * Reads parameters, not decrypted, as far as the caller has the right to. Systems Manager refuses a whole request for one name, so
   * then each gets its own.
   *
   * @returns those that are there, by name, and `denied` for those that may not be read
   */
  async readPermitted(names: readonly string[]): Promise<Map<string, Parameter | 'denied'>> {
    const found = await Promise.all(inParts(names, atOnce).map((some) => this.#readPart(some)));
    return new Map(found.flat());
  }

  async #readPart(names: readonly string[]): Promise<(readonly [string, Parameter | 'denied'])[]> {
    try {
      return [...(await this.read(names, false))];
    } catch (error) {
      if ((error as Error).name !== 'AccessDeniedException') throw error;
      if (names.length === 1) return names.map((name) => [name, 'denied'] as const);
      return (await Promise.all(names.map((name) => this.#readPart([name])))).flat();
    }
  }

  /** @returns all parameters below a path, at any depth, by name */
  async below(path: string, isDecrypted: boolean): Promise<Map<string, Parameter>> {
    const found = new Map<string, Parameter>();
    const question = { Path: path, Recursive: true, WithDecryption: isDecrypted };
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: this.#client }, question)) {
      for (const one of Parameters) found.set(one.Name ?? '', one);
    }
    return found;
  }

  async write({ name, description, value, keyArn }: SecureParameter): Promise<void> {
    await this.#client.send(
      new PutParameterCommand({
        Name: name,
        Description: description,
        Type: 'SecureString',
        Value: value,
        Overwrite: true,
        ...(keyArn && { KeyId: keyArn }),
      }),
    );
  }

  /** @returns the names of those that were there */
  async delete(names: readonly string[]): Promise<Set<string>> {
    const deleted = new Set<string>();
    for (const Names of inParts(names, atOnce)) {
      const { DeletedParameters = [] } = await this.#client.send(new DeleteParametersCommand({ Names }));
      for (const name of DeletedParameters) deleted.add(name);
    }
    return deleted;
  }
}
