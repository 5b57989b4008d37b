import type { PackedFunction, Stage } from '@nanoservices/model';
import { stringify } from 'yaml';
import { functionName } from '../stacks/names.ts';
import { boundaryArn } from '../stacks/permissions-boundary.ts';
import { boundaryName, boundaryRights } from './boundary.ts';
import { deployerRights, type RightsRequest, type Statement } from './deployer-rights.ts';
import { hasCutNames } from './scope.ts';
import { longestSession, sessionSeconds, usualSession } from './session-seconds.ts';

/** The workflow that may take the role. A value that is not given is a parameter of the template without a default. */
export interface Deployer {
  /** GitHub repository: `owner/name`. */
  readonly repository?: string | undefined;
  /** Environment of this repository. Default: the stage, or `preview` for the previews of a pattern. */
  readonly environment?: string | undefined;
  /** ARN of GitHub's identity provider in the account. Default: the one of the template's account. */
  readonly providerArn?: string | undefined;
}

const issuer = 'token.actions.githubusercontent.com';

/** The name of the role that deploys a stage. It does not begin as the stage's names do, so the role has no rights on itself. */
export function deployerRoleName(stage: Stage): string {
  return `deploy-${functionName(stage, '').replace('-*', '').slice(0, -1)}`;
}

/**
 * The CloudFormation template of the role that deploys a stage, or the previews of a pattern, from GitHub: exactly the rights on the
 * names of this stage, and the boundary of all roles that it makes.
 */
export function deployerRole(request: RightsRequest, deployer: Deployer): object {
  const { stage, functions } = request;
  const makesBoundary = stage.permissionsBoundary === undefined || isOwnBoundary(stage);
  const boundary = makesBoundary ? { Ref: 'Boundary' } : boundaryArn(stage);
  const { repository, environment = environmentOf(stage), providerArn = '' } = deployer;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The role that deploys the stage ${stage.name} of ${stage.application}`,
    Parameters: {
      Repository: {
        Type: 'String',
        Description: 'GitHub repository that may deploy: owner/name, spelt as on GitHub',
        AllowedPattern: '[\\w.-]+/[\\w.-]+',
        ...(repository && { Default: repository }),
      },
      Environment: {
        Type: 'String',
        Description: 'Environment of this repository whose jobs may deploy',
        AllowedPattern: '[^:*?]+',
        Default: environment,
      },
      ProviderArn: {
        Type: 'String',
        Description: `Identity provider of ${issuer}; without one, the one of this account`,
        Default: providerArn,
      },
    },
    Conditions: { HasProvider: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ProviderArn' }, ''] }] } },
    Resources: {
      ...(makesBoundary && {
        Boundary: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: {
            ManagedPolicyName: boundaryName(stage),
            Description: `The most that roles of the stage ${stage.name} of ${stage.application} may do`,
            PolicyDocument: policy(boundaryRights(stage, functions)),
          },
        },
      }),
      Deployer: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: deployerRoleName(stage),
          MaxSessionDuration: Math.min(sessionSeconds(stage, functions), longestSession),
          AssumeRolePolicyDocument: trust,
          Policies: [{ PolicyName: 'deploy', PolicyDocument: policy(deployerRights(request, boundary)) }],
        },
      },
    },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Deployer', 'Arn'] } } },
  };
}

/** @returns what a person must know before they use the role */
export function deployerNotes(stage: Stage, functions: readonly PackedFunction[]): string[] {
  const seconds = sessionSeconds(stage, functions);
  const { file, permissionsBoundary, application, preview, name } = stage;
  const key = preview?.pattern ?? name;
  return [
    ...(permissionsBoundary === undefined
      ? [
          `The role makes only roles with the boundary ${boundaryName(stage)}. Add it to the stage "${key}" of ${file} before it deploys: "permissionsBoundary": "${boundaryName(stage)}"`,
        ]
      : []),
    ...(hasCutNames(stage)
      ? [
          `CloudFormation cuts the names of roles and buckets, so the role may touch those of other stages whose names begin alike. A shorter "application" than "${application}" would tell them apart.`,
        ]
      : []),
    ...(seconds > longestSession
      ? [
          `Rollouts of functions that call each other may take ${Math.ceil(seconds / 3600)} hours together, and AWS gives sessions of 12. Fewer "minutes" or steps in "rollout" of the stage "${key}" in ${file} would fit.`,
        ]
      : []),
    ...(seconds > usualSession
      ? [
          `A deployment with all rollouts takes more than an hour: give the environment on GitHub the variable AWS_SESSION_SECONDS=${Math.min(seconds, longestSession)}, and the role's stack this template first.`,
        ]
      : []),
  ];
}

/** The text of the template. */
export function renderDeployerRole(template: object, command: string): string {
  const lines = [
    `# Made by \`${command}\`. Make it again when settings or contracts change.`,
    '#',
    '# A person with rights on IAM deploys it, once and after each change:',
    '#   aws cloudformation deploy --capabilities CAPABILITY_NAMED_IAM --template-file <this file> --stack-name <a name>',
  ];
  return `${lines.join('\n')}\n${stringify(template, { lineWidth: 110, aliasDuplicateObjects: false, version: '1.1' })}`;
}

/** The environment in the workflows `deploy.yml` and `preview.yml`. */
function environmentOf({ name }: Stage): string {
  return name.endsWith('*') ? 'preview' : name;
}

function isOwnBoundary(stage: Stage): boolean {
  return stage.permissionsBoundary === boundaryName(stage);
}

/** @see https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws */
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: {
        Federated: {
          'Fn::If': [
            'HasProvider',
            { Ref: 'ProviderArn' },
            { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${issuer}` },
          ],
        },
      },
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: { 'Fn::Sub': `repo:\${Repository}:environment:\${Environment}` },
        },
      },
    },
  ],
};

function policy(Statement: readonly Statement[]): object {
  return { Version: '2012-10-17', Statement };
}
