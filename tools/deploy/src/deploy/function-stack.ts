import type { PackedFunction } from '@nanoservices/model';
import type { CodeLocation } from '../live/deployment-files.ts';
import type { Artifact } from '../packaging/artifact.ts';
import { type Template, withDeploymentBucket } from '../packaging/serverless-template.ts';
import { functionService } from '../stacks/function-service.ts';
import { stackName } from '../stacks/names.ts';
import type { Target } from './target.ts';
import { widenRole } from './widen-role.ts';

export interface StackHooks {
  /** Throws when the right to change the function was lost. */
  readonly assertHeld: () => void;
  /** Called with each step. */
  readonly report: (step: string) => void;
}

type StackTarget = Pick<Target, 'stage' | 'stacks' | 'files' | 'templateOf'>;

/**
 * Gives the stack of a function the template of its configuration. The role keeps the rights that it has: the live version still
 * uses them, and stays live if the new one fails its smoke test. {@link tightenRole} takes them away.
 */
export async function changeFunctionStack(
  { stage, stacks, files, templateOf }: StackTarget,
  packed: PackedFunction,
  artifact: Artifact,
  hooks: StackHooks,
): Promise<void> {
  const { name } = packed;
  const [template, before, code] = await Promise.all([
    templateOf(packed),
    stacks.deployedTemplate(stackName(stage, name)),
    files.putCode(name, artifact),
  ]);
  const wanted = withCode(template, code);
  await files.putTemplate(name, artifact.configuration, wanted);
  const { template: widened } = widenRole(stage, wanted, before);
  await deployTemplate({ stage, stacks }, packed, widened, hooks);
  await files.forgetOldCode(name, code);
}

/**
 * Takes the rights from the role of a function that its configuration does not have.
 *
 * @param artifact - of the live version
 */
export async function tightenRole(
  { stage, stacks, files, templateOf }: StackTarget,
  packed: PackedFunction,
  artifact: Artifact,
  hooks: StackHooks,
): Promise<void> {
  const [template, code] = await Promise.all([templateOf(packed), files.putCode(packed.name, artifact)]);
  await deployTemplate({ stage, stacks }, packed, withCode(template, code), hooks);
}

async function deployTemplate(
  { stage, stacks }: Pick<StackTarget, 'stage' | 'stacks'>,
  packed: PackedFunction,
  template: Template,
  { assertHeld, report }: StackHooks,
): Promise<void> {
  const { stackTags } = functionService(stage, packed).service.provider;
  await stacks.deploy({
    name: stackName(stage, packed.name),
    template,
    tags: stackTags as Record<string, string>,
    assertHeld,
    say: report,
  });
}

/** The template with the values that only a deployment knows. Serverless writes the same ones when it deploys. */
function withCode(template: Template, code: CodeLocation): Template {
  const Resources = Object.entries(template.Resources).map(([id, resource]) =>
    resource.Type === 'AWS::Lambda::Function'
      ? [id, { ...resource, Properties: { ...resource.Properties, Code: code } }]
      : [id, resource],
  );
  return withDeploymentBucket({ ...template, Resources: Object.fromEntries(Resources) }, code.S3Bucket);
}
