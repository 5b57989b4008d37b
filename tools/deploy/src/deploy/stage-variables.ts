import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { refuseOpenSecrets } from '../stacks/open-secrets.ts';

type Configured = Pick<PackedFunction, 'name' | 'environment' | 'variables'>;

/**
 * Refuses functions whose contracts need a plain variable that no file sets, or whose secrets a file shows.
 *
 * @throws UsageError that names all of them and the places to set them
 */
export function checkVariables(stage: Stage, functions: readonly Configured[]): void {
  for (const one of functions) refuseOpenSecrets(stage, one);
  const missing = functions.flatMap(({ name, environment, variables }) =>
    variables
      .filter((one) => !one.isSecret && one.isRequired)
      .filter((one) => !(stage.environment[one.name] ?? environment[one.name]))
      .map((one) => `${one.name} of ${name}`),
  );
  if (missing.length === 0) return;
  throw new UsageError(
    `The stage ${stage.name} has no value for ${missing.join(', ')}. Write it into "lambda": { "environment" } of a package.json, or into "environment" of the stage in ${stage.file}.`,
  );
}
