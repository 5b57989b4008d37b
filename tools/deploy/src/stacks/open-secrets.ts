import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';

/**
 * Refuses a function whose configuration would show a secret: a file gives it a value.
 *
 * @throws UsageError that names the file and the way out
 */
export function refuseOpenSecrets(
  stage: Stage,
  { name, environment, variables }: Pick<PackedFunction, 'name' | 'environment' | 'variables'>,
): void {
  for (const variable of variables) {
    if (!variable.isSecret) continue;
    const isOfStage = stage.environment[variable.name] !== undefined;
    if (!isOfStage && environment[variable.name] === undefined) continue;
    const file = isOfStage
      ? `${stage.file}: "stages.${stage.name}.environment.${variable.name}"`
      : `${name}: "lambda.environment.${variable.name}" in package.json`;
    throw new UsageError(
      `${file} would show a secret: the contract of ${variable.endpoints.join(', ')} declares it with secret(). Remove it there, and set it: npx nanos secret set ${variable.name} --stage ${stage.name}. On this machine, write it into .env.local.`,
    );
  }
}
