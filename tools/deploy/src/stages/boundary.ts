import type { PackedFunction, Stage } from '@nanoservices/model';
import { networkOf } from '../stacks/lambda-settings.ts';
import { functionName, liveAlias } from '../stacks/names.ts';
import { stageText } from '../stacks/stage-text.ts';
import { type Statement, statement } from './deployer-rights.ts';
import { namePrefix, parameterArns, stageArn } from './scope.ts';

/** The name of the policy that limits the roles of a stage: `shop-dev-boundary`, or `shop-pr-boundary` for the previews `pr-*`. */
export function boundaryName(stage: Stage): string {
  return functionName(stage, 'boundary').replace('-*', '');
}

/**
 * The most that the functions of a stage and its API may ever do: what some contract declares, on the names of the stage. A role has
 * what its own policy and this one both allow, so whoever deploys gives no role more.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundaryRights(stage: Stage, functions: readonly PackedFunction[]): Statement[] {
  const prefix = namePrefix(stage);
  const keys = [stage.databaseUrlKeyArn, stage.secretsKeyArn].filter((key) => key !== undefined);
  const isInNetwork = functions.some(({ settings }) => networkOf(stage, settings) !== undefined);
  const isTraced = functions.some(({ settings }) => settings.tracing !== undefined);
  const permissions = new Map(
    functions
      .flatMap((one) => one.permissions)
      .map((one) => [JSON.stringify(one), one] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return [
    statement(
      'Logs',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [stageArn(stage, 'logs', `log-group:/aws/lambda/${prefix}*:*`)],
    ),
    statement(
      'Functions',
      ['lambda:InvokeFunction'],
      [stageArn(stage, 'lambda', `function:${prefix}*:${liveAlias}`)],
    ),
    statement('Parameters', ['ssm:GetParameter', 'ssm:GetParameters'], parameterArns(stage)),
    ...(keys.length > 0 ? [statement('Keys', ['kms:Decrypt'], [...new Set(keys)])] : []),
    ...(isInNetwork ? [statement('Networks', networkInterfaceActions, ['*'])] : []),
    ...(isTraced ? [statement('Traces', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], ['*'])] : []),
    ...[...permissions.values()].map(({ actions, resources }, index) =>
      statement(
        `Contracts${index + 1}`,
        actions,
        resources.map((resource) => stageText(stage, resource)),
      ),
    ),
  ];
}

/** The actions of the policy AWSLambdaENIManagementAccess, which functions in a network have. */
const networkInterfaceActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
