import type { PackedFunction, Stage } from '@nanoservices/model';
import { networkOf } from '../stacks/lambda-settings.ts';
import { databaseUrlParameter, secretsPath } from '../stacks/names.ts';
import { stageText } from '../stacks/stage-text.ts';
import { madeUpNames, namePrefix, parameterArns, stageArn } from './scope.ts';

/** A statement of a policy that allows something. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: object;
}

export function statement(
  Sid: string,
  Action: readonly string[],
  Resource: readonly unknown[],
  Condition?: object,
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
}

export interface RightsRequest {
  readonly stage: Stage;
  /** The stage that a preview inherits from: its connection string leads to the server of the preview's database. */
  readonly parent: Stage | undefined;
  /** All that a topology may deploy. */
  readonly functions: readonly PackedFunction[];
}

/**
 * The rights that `nanos deploy`, `rollback`, `prune`, `secret` and `stage` need, on the names of one stage.
 *
 * Three kinds of resources have no names of their own: HTTP APIs, which only CloudFormation may change here; the delivery of access
 * logs; networks, which are only looked at. CloudFormation asks AWS with the rights of its caller.
 *
 * @param boundary - ARN of the policy that limits the roles which a deployment makes
 */
export function deployerRights({ stage, parent, functions }: RightsRequest, boundary: unknown): Statement[] {
  const has = (Sid: string, Action: readonly string[], Resource: readonly unknown[]) =>
    Resource.length > 0 ? [statement(Sid, Action, Resource)] : [];
  const layers = functions.flatMap(({ settings }) => settings.layers ?? []);
  const isInNetwork = functions.some(({ settings }) => networkOf(stage, settings) !== undefined);
  return [
    ...stackRights(stage),
    ...bucketRights(stage),
    statement('Functions', lambdaActions, [stageArn(stage, 'lambda', `function:${namePrefix(stage)}*`)]),
    statement('FunctionsThatAreLeft', ['lambda:ListFunctions'], ['*']),
    ...has(
      'Layers',
      ['lambda:GetLayerVersion'],
      [...new Set(layers)].map((layer) => stageText(stage, layer)),
    ),
    ...has('Networks', networkActions, isInNetwork ? ['*'] : []),
    ...roleRights(stage, boundary),
    ...logRights(stage),
    ...apiRights(stage),
    statement('Parameters', parameterActions, parameterArns(stage)),
    ...has(
      'DatabaseServer',
      ['ssm:GetParameter'],
      parent ? [stageArn(stage, 'ssm', `parameter${databaseUrlParameter(parent)}`)] : [],
    ),
    ...has(
      'InheritedSecrets',
      ['ssm:GetParameters'],
      parent && hasSecrets(functions) ? secretsOf(parent) : [],
    ),
    ...keyRights(stage),
    // Metrics have no names.
    ...has('Metrics', ['cloudwatch:GetMetricData'], stage.rollout ? ['*'] : []),
  ];
}

function stackRights(stage: Stage): Statement[] {
  const actions = [
    'CancelUpdateStack',
    'ContinueUpdateRollback',
    'CreateChangeSet',
    'CreateStack',
    'DeleteChangeSet',
    'DeleteStack',
    'DescribeChangeSet',
    'DescribeStackEvents',
    'DescribeStackResource',
    'DescribeStackResources',
    'DescribeStacks',
    'ExecuteChangeSet',
    'GetTemplate',
    'ListChangeSets',
    'ListStackResources',
    'RollbackStack',
    'TagResource',
    'UntagResource',
    'UpdateStack',
  ];
  return [
    statement('Stacks', inService('cloudformation', actions), [
      stageArn(stage, 'cloudformation', `stack/${namePrefix(stage)}*/*`),
    ]),
    // Stacks are found by their tags, and a template has no name.
    statement('AllStacks', ['cloudformation:DescribeStacks', 'cloudformation:ValidateTemplate'], ['*']),
  ];
}

function bucketRights(stage: Stage): Statement[] {
  const bucket = `arn:\${AWS::Partition}:s3:::${madeUpNames(stage, 'platform')}`;
  const reads = [
    'GetAccelerateConfiguration',
    'GetAnalyticsConfiguration',
    'GetBucketAbac',
    'GetBucketAcl',
    'GetBucketCORS',
    'GetBucketLocation',
    'GetBucketLogging',
    'GetBucketMetadataTableConfiguration',
    'GetBucketNotification',
    'GetBucketObjectLockConfiguration',
    'GetBucketOwnershipControls',
    'GetBucketPolicy',
    'GetBucketPublicAccessBlock',
    'GetBucketTagging',
    'GetBucketVersioning',
    'GetBucketWebsite',
    'GetEncryptionConfiguration',
    'GetIntelligentTieringConfiguration',
    'GetInventoryConfiguration',
    'GetLifecycleConfiguration',
    'GetMetricsConfiguration',
    'GetReplicationConfiguration',
    'ListBucket',
    'ListBucketVersions',
    'ListTagsForResource',
  ];
  const writes = [
    'CreateBucket',
    'DeleteBucket',
    'DeleteBucketPolicy',
    'PutBucketOwnershipControls',
    'PutBucketPolicy',
    'PutBucketPublicAccessBlock',
    'PutBucketTagging',
    'PutBucketVersioning',
    'PutEncryptionConfiguration',
    'TagResource',
    'UntagResource',
  ];
  const objects = ['DeleteObject', 'DeleteObjectVersion', 'GetObject', 'GetObjectVersion', 'PutObject'];
  return [
    statement('Bucket', inService('s3', [...reads, ...writes]), [{ 'Fn::Sub': bucket }]),
    statement('Objects', inService('s3', objects), [{ 'Fn::Sub': `${bucket}/*` }]),
  ];
}

const lambdaActions = inService('lambda', [
  'CreateAlias',
  'CreateFunction',
  'DeleteAlias',
  'DeleteFunction',
  'DeleteFunctionConcurrency',
  'GetAlias',
  'GetFunction',
  'GetFunctionCodeSigningConfig',
  'GetFunctionConfiguration',
  'GetFunctionRecursionConfig',
  'GetFunctionScalingConfig',
  'GetRuntimeManagementConfig',
  'InvokeFunction',
  'ListAliases',
  'ListTags',
  'ListVersionsByFunction',
  'PublishVersion',
  'PutFunctionConcurrency',
  'PutRuntimeManagementConfig',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
]);

/** Lambda looks at the networks of functions, and waits for the end of their interfaces. */
const networkActions = inService('ec2', [
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeVpcs',
]);

/** Actions that change the rights of a role are allowed on roles with the boundary only. Nothing takes the boundary from a role. */
function roleRights(stage: Stage, boundary: unknown): Statement[] {
  const roles = [{ 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${madeUpNames(stage)}` }];
  const limited = [
    'AttachRolePolicy',
    'CreateRole',
    'DeleteRolePolicy',
    'DetachRolePolicy',
    'PutRolePermissionsBoundary',
    'PutRolePolicy',
  ];
  const others = [
    'DeleteRole',
    'GetRole',
    'GetRolePolicy',
    'ListAttachedRolePolicies',
    'ListRolePolicies',
    'ListRoleTags',
    'TagRole',
    'UntagRole',
    'UpdateAssumeRolePolicy',
    'UpdateRole',
    'UpdateRoleDescription',
  ];
  return [
    statement('RolesWithinTheBoundary', inService('iam', limited), roles, {
      StringEquals: { 'iam:PermissionsBoundary': boundary },
    }),
    statement('Roles', inService('iam', others), roles),
    statement('RolesForServices', ['iam:PassRole'], roles, {
      StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'apigateway.amazonaws.com'] },
    }),
  ];
}

function logRights(stage: Stage): Statement[] {
  const actions = [
    'CreateLogGroup',
    'DeleteLogGroup',
    'DeleteRetentionPolicy',
    'DescribeIndexPolicies',
    'GetDataProtectionPolicy',
    'ListTagsForResource',
    'PutRetentionPolicy',
    'TagResource',
    'UntagResource',
  ];
  const delivery = [
    'CreateLogDelivery',
    'DeleteLogDelivery',
    'DescribeLogGroups',
    'DescribeResourcePolicies',
    'GetLogDelivery',
    'ListLogDeliveries',
    'PutResourcePolicy',
    'UpdateLogDelivery',
  ];
  const apiLogs = `/aws/http-api/${namePrefix(stage).slice(0, -1)}`;
  const groups = [`/aws/lambda/${namePrefix(stage)}*`, apiLogs, `${apiLogs}:*`, `${apiLogs}/*`];
  return [
    statement(
      'Logs',
      inService('logs', actions),
      groups.map((group) => stageArn(stage, 'logs', `log-group:${group}`)),
    ),
    // API Gateway writes access logs by a delivery that CloudWatch makes; neither has a name.
    statement('AccessLogs', inService('logs', delivery), ['*']),
  ];
}

/** Domains are for a stage that has one, and there for its own only: a domain leads to the API of whoever may change it. */
function apiRights({ region, domain }: Stage): Statement[] {
  const arns = (...paths: string[]) =>
    paths.map((path) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:${region}::/${path}` }));
  const viaStacks = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } };
  const apis = arns('apis', 'apis/*');
  const changes = inService('apigateway', ['DELETE', 'GET', 'PATCH', 'POST', 'PUT']);
  const certificates = inService('apigateway', ['AddCertificateToDomain', 'RemoveCertificateFromDomain']);
  return [
    statement('HttpApis', changes, [...apis, ...arns('tags/*')], viaStacks),
    statement('RoutesOfHttpApis', ['apigateway:GET'], apis),
    ...(domain
      ? [
          statement(
            'Domain',
            [...changes, ...certificates],
            arns('domainnames', `domainnames/${domain.name}`, `domainnames/${domain.name}/*`),
            viaStacks,
          ),
        ]
      : []),
  ];
}

const parameterActions = inService('ssm', [
  'DeleteParameter',
  'DeleteParameters',
  'GetParameter',
  'GetParameters',
  'GetParametersByPath',
  'PutParameter',
]);

function hasSecrets(functions: readonly PackedFunction[]): boolean {
  return functions.some(({ variables }) => variables.some(({ isSecret }) => isSecret));
}

/** The secrets of all functions of a stage. */
function secretsOf(stage: Stage): object[] {
  return [stageArn(stage, 'ssm', `parameter${secretsPath(stage, '*')}/*`)];
}

function keyRights(stage: Stage): Statement[] {
  const keys = [stage.databaseUrlKeyArn, stage.secretsKeyArn].filter((key) => key !== undefined);
  if (keys.length === 0) return [];
  const actions = inService('kms', ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey']);
  const viaParameters = { 'kms:ViaService': `ssm.${stage.region}.amazonaws.com` };
  return [statement('Keys', actions, [...new Set(keys)], { StringEquals: viaParameters })];
}

function inService(service: string, actions: readonly string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}
