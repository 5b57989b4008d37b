import type { PackedFunction, Stage } from '@nanoservices/model';
import { Parameters } from '../live/parameters.ts';
import { functionName, secretParameter } from '../stacks/names.ts';

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
  const names = declared.map((one) => secretParameter(stage, one));
  const found = await new Parameters(stage.region).read(names, false);
  return declared.map((one) => ({
    ...one,
    setAt: found.get(secretParameter(stage, one))?.LastModifiedDate,
  }));
}

/** @returns the secrets without which a function does not work */
export function missingOf(secrets: readonly StageSecret[]): StageSecret[] {
  return secrets.filter(({ isRequired, setAt }) => isRequired && setAt === undefined);
}

/** @returns the secrets that functions need, and that are not set on a stage */
export async function missingSecrets(
  stage: Stage,
  functions: readonly Pick<PackedFunction, 'name' | 'variables'>[],
): Promise<SecretOf[]> {
  const missing = missingOf(await readSecrets(stage, functions));
  return missing.map(({ name, function: owner }) => ({ name, function: owner }));
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
export function setSecret(stage: Stage, secret: SecretOf, value: string): Promise<void> {
  return new Parameters(stage.region).write({
    name: secretParameter(stage, secret),
    description: `${secret.name} of ${functionName(stage, secret.function)}, set by nanos secret`,
    value,
    keyArn: stage.secretsKeyArn,
  });
}

/** Removes secrets. @returns those that were set */
export async function removeSecrets(stage: Stage, secrets: readonly SecretOf[]): Promise<SecretOf[]> {
  const names = secrets.map((one) => secretParameter(stage, one));
  const removed = await new Parameters(stage.region).delete(names);
  return secrets.filter((one) => removed.has(secretParameter(stage, one)));
}
