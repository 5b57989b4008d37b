import type { Stage } from '@nanoservices/model';

/** The ARN of the policy that limits the roles of a stage; undefined when the stage names none. */
export function boundaryArn({ permissionsBoundary: named }: Stage): string | object | undefined {
  if (named === undefined || named.startsWith('arn:')) return named;
  return { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/${named}` };
}

/** The property of a role that limits it to the stage's boundary, if it names one. */
export function boundaryProperty(stage: Stage): object {
  const arn = boundaryArn(stage);
  return arn === undefined ? {} : { PermissionsBoundary: arn };
}
