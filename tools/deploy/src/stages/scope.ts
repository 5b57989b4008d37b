import type { Stage } from '@nanoservices/model';
import { databaseUrlParameter, functionName } from '../stacks/names.ts';

/**
 * CloudFormation cuts the name of the stack in the names that it makes up, in the worst case to these characters:
 * `lambda-info-http-endpoin-serverlessdeploymentbuck-...`. It documents no rule.
 *
 * @see https://github.com/KensioSoftware/yulin/issues/1113 names that it made for roles and buckets
 */
const keptOfStackName = 24;

/** Length of the longest name of a stage, also of one that a pattern describes. */
const longestStageName = 16;

/** The beginning of all names of a stage on AWS: `shop-dev-`. Of a pattern of previews, with a wildcard: `shop-pr-*-`. */
export function namePrefix(stage: Pick<Stage, 'application' | 'name'>): string {
  return functionName(stage, '');
}

/**
 * A pattern of the names that CloudFormation makes up for the resources of a stage's stacks: `shop-dev-platform*`. Of previews, it
 * has as much behind the wildcard as the longest name of a preview leaves: `shop-pr-*-pl*`.
 */
export function madeUpNames(stage: Stage, stack = ''): string {
  const [start = '', end] = `${namePrefix(stage)}${stack}`.split('*');
  const room = Math.max(0, keptOfStackName - start.length);
  if (end === undefined || room === 0) return `${start.slice(0, keptOfStackName)}*`;
  const kept = end.slice(0, Math.max(0, room - longestPart(stage)));
  return kept === '' ? `${start}*` : `${start}*${kept}*`;
}

/** @returns true if the names that CloudFormation makes up may lack the end of the stage's name; of previews, of the longest */
export function hasCutNames(stage: Stage): boolean {
  return namePrefix(stage).replace('*', 'x'.repeat(longestPart(stage))).length > keptOfStackName;
}

/** Length of the longest text that the wildcard of a pattern of previews stands for. */
function longestPart({ name }: Stage): number {
  return longestStageName - name.replace('*', '').length;
}

/** Paths of the parameters of a stage. */
export function parameterPaths(stage: Stage): string[] {
  const own = `/${stage.application}/${stage.name}`;
  const ownerUrl = databaseUrlParameter(stage);
  return ownerUrl.startsWith(`${own}/`) ? [own] : [own, ownerUrl];
}

/** The ARN of a resource in the region and account of a stage. */
export function stageArn({ region }: Stage, service: string, resource: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:${region}:\${AWS::AccountId}:${resource}` };
}

/** The ARNs of the parameters of a stage, and of all below them. */
export function parameterArns(stage: Stage): object[] {
  return parameterPaths(stage).flatMap((path) => [
    stageArn(stage, 'ssm', `parameter${path}`),
    stageArn(stage, 'ssm', `parameter${path}/*`),
  ]);
}
