import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';
import { Parameters } from '../live/parameters.ts';
import { functionUrlParameter } from '../stacks/names.ts';

/**
 * Checks that functions can log in to the database: a deployment without migrations makes no roles. The parameter of a function is
 * written after its role is made, so where there is one, there is the other.
 *
 * @throws UsageError that names the functions without one, and the way out
 */
export async function requireFunctionUrls(
  stage: Stage,
  functions: readonly Pick<PackedFunction, 'name'>[],
): Promise<void> {
  const names = functions.map(({ name }) => functionUrlParameter(stage, name));
  const found = await new Parameters(stage.region).read(names, false);
  const missing = functions.filter(({ name }) => !found.has(functionUrlParameter(stage, name)));
  if (missing.length === 0) return;
  throw new UsageError(
    `The API would send requests to functions that have no role in the database of ${stage.name}: ${missing.map(({ name }) => name).join(', ')}. Make them from a machine that reaches the database, or through a tunnel named in DEPLOY_DATABASE_URL: npx nanos deploy database --stage ${stage.name}`,
  );
}
