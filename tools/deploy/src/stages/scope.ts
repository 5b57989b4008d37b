import type { Stage } from '@nanoservices/model';
import { databaseUrlParameter, functionName } from '../stacks/names.ts';

/**
 * CloudFormation cuts the name of the stack in the names that it makes up, in the worst case to these characters. It documents no rule.
 *
 * @see https://github.com/KensioSoftware/yulin/issues/1113 names that it made for roles and buckets
 */
const keptOfStackName = 25;

/** The beginning of all names of a stage on AWS: `shop-dev-`. Of a pattern of previews, with a wildcard: `shop-pr-*-`. */
export function namePrefix(stage: Stage): string {
  return functionName(stage, '');
}

/** A pattern of the names that CloudFormation makes up for the resources of a stage's stacks. */
export function madeUpNames(stage: Stage, stack = ''): string {
  const name = `${namePrefix(stage)}${stack}`;
  return `${name.slice(0, keptOfStackName)}*`;
}

/** @returns true if the names that CloudFormation makes up may lack the end of the stage's name */
export function hasCutNames(stage: Stage): boolean {
  return namePrefix(stage).length > keptOfStackName;
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
