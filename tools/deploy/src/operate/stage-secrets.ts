import {
  DeleteParametersCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { PackedFunction, Stage } from '@nanoservices/model';
import { functionName, secretParameter } from '../stacks/names.ts';

/** Maximum number of parameters that Systems Manager reads or deletes with one request. */
const parametersAtOnce = 10;

/** A secret that the contracts of a function declare. */
export interface StageSecret {
  readonly name: string;
  readonly function: string;
  readonly isRequired: boolean;
  /** Undefined when it is not set. */
  readonly setAt: Date | undefined;
}

/** A secret of a function. */
export type SecretOf = Pick<StageSecret, 'name' | 'function'>;

/** Reads which secrets of functions are set on a stage, and since when. Their values are not decrypted. */
export async function readSecrets(
  stage: Stage,
  functions: readonly Pick<PackedFunction, 'name' | 'variables'>[],
): Promise<StageSecret[]> {
  const declared = functions.flatMap((one) =>
    one.variables
      .filter(({ isSecret }) => isSecret)
      .map(({ name, isRequired }) => ({ name, function: one.name, isRequired })),
  );
  const client = clientOf(stage);
  const parts = inParts(declared.map((one) => secretParameter(stage, one)));
  const found = await Promise.all(
    parts.map((Names) => client.send(new GetParametersCommand({ Names, WithDecryption: false }))),
  );
  const dates = new Map(
    found.flatMap(({ Parameters = [] }) => Parameters.map((one) => [one.Name, one.LastModifiedDate])),
  );
  return declared.map((one) => ({ ...one, setAt: dates.get(secretParameter(stage, one)) }));
}

/** @returns the secrets that functions need, and that are not set on a stage */
export async function missingSecrets(
  stage: Stage,
  functions: readonly Pick<PackedFunction, 'name' | 'variables'>[],
): Promise<SecretOf[]> {
  const secrets = await readSecrets(stage, functions);
  return secrets
    .filter(({ isRequired, setAt }) => isRequired && setAt === undefined)
    .map(({ name, function: owner }) => ({ name, function: owner }));
}

/** Names missing secrets, and the commands that set them. */
export function missingSecretsText(stage: Pick<Stage, 'name'>, missing: readonly SecretOf[]): string {
  const names = [...new Set(missing.map(({ name }) => name))];
  const functionsOf = (name: string) => missing.filter((one) => one.name === name).map((one) => one.function);
  const list = names.map((name) => `${name} of ${functionsOf(name).join(', ')}`);
  const commands = names.map((name) => `npx nanos secret set ${name} --stage ${stage.name}`);
  return `The stage ${stage.name} lacks secrets: ${list.join('; ')}. Set them: ${commands.join('; ')}`;
}

/** Sets a secret of a function. Running functions have the new value within five minutes. */
export async function setSecret(stage: Stage, secret: SecretOf, value: string): Promise<void> {
  await clientOf(stage).send(
    new PutParameterCommand({
      Name: secretParameter(stage, secret),
      Description: `${secret.name} of ${functionName(stage, secret.function)}, set by nanos secret`,
      Type: 'SecureString',
      Value: value,
      Overwrite: true,
      ...(stage.secretsKeyArn && { KeyId: stage.secretsKeyArn }),
    }),
  );
}

/** Removes secrets. @returns those that were set */
export async function removeSecrets(stage: Stage, secrets: readonly SecretOf[]): Promise<SecretOf[]> {
  const client = clientOf(stage);
  const removed = new Set<string>();
  for (const Names of inParts(secrets.map((one) => secretParameter(stage, one)))) {
    const { DeletedParameters = [] } = await client.send(new DeleteParametersCommand({ Names }));
    for (const name of DeletedParameters) removed.add(name);
  }
  return secrets.filter((one) => removed.has(secretParameter(stage, one)));
}

function clientOf({ region }: Stage): SSMClient {
  return new SSMClient({ region, maxAttempts: 8 });
}

function inParts(names: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(names.length / parametersAtOnce) }, (_, part) =>
    names.slice(part * parametersAtOnce, (part + 1) * parametersAtOnce),
  );
}
