import { addressVariable, roleClaimVariable, secretsVariable } from '@nanoservices/endpoint';
import type { PackedFunction, Stage } from '@nanoservices/model';
import { formatGrants, type Grants } from '@nanoservices/postgres/grants';
import { describeFunction } from '../live/description.ts';
import { functionLogs, lambdaSettings, networkOf } from './lambda-settings.ts';
import { functionName, functionUrlParameter, liveAlias, secretParameter, secretsPath } from './names.ts';
import { refuseOpenSecrets } from './open-secrets.ts';
import { allow, arn, configurationOf, roleFor, type Service, serviceOf, tagsOf } from './service.ts';
import { stageText } from './stage-text.ts';

/** The environment variable with a version's rights in the database. Rollback reads it, the handler does not. */
export const grantsVariable = 'DATABASE_GRANTS';

/**
 * The Serverless service of one function: a stack with the function, its log group, and a role that may do only what the
 * contracts of its endpoints declare.
 *
 * It has no versions and no alias: `deploy` publishes a version, tries it, and only then points the alias `live` to it. A
 * stack would move the alias before anyone knows whether the version works.
 *
 * The function's description contains the hash of this configuration. So every change of the configuration, even of the
 * role alone, changes the function, and Lambda publishes a new version.
 *
 * @returns the service, and the hash of its configuration
 * @throws UsageError when a file gives a value to a secret
 */
export function functionService(
  stage: Stage,
  packed: PackedFunction,
): { service: Service; configuration: string } {
  refuseOpenSecrets(stage, packed);
  const configuration = configurationOf(describedService(stage, packed, packed.summary));
  const description = describeFunction(packed.summary, configuration);
  return { service: describedService(stage, packed, description), configuration };
}

function describedService(stage: Stage, packed: PackedFunction, description: string): Service {
  const { name, settings, code } = packed;
  const vpc = networkOf(stage, settings);
  return serviceOf(stage, name, {
    stackTags: { function: name },
    provider: {
      runtime: 'nodejs24.x',
      architecture: code.architecture,
      versionFunctions: false,
      logRetentionInDays: stage.logRetentionDays,
      logs: { lambda: functionLogs(settings.logLevel) },
      tags: tagsOf(stage),
      ...(vpc && { vpc }),
    },
    package: { artifact: '../function.zip' },
    functions: {
      [name]: {
        name: functionName(stage, name),
        description,
        handler: 'handler.handler',
        ...lambdaSettings(stage, settings),
        // The role below, in the only form that makes Serverless add no redundant DependsOn.
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of CloudFormation
        role: { 'Fn::Sub': '${FunctionRole.Arn}' },
        environment: environment(stage, packed),
      },
    },
    resources: { Resources: { FunctionRole: role(stage, packed) } },
  });
}

function environment(
  stage: Stage,
  { name, calls, usesDatabase, grants, variables, environment: own }: PackedFunction,
): Record<string, string | object> {
  const addresses = calls.map((call) => [
    addressVariable(call.endpoint),
    `${functionName(stage, call.function)}:${liveAlias}`,
  ]);
  return {
    // The certificates of Amazon RDS, which Node.js 20 and newer do not read without being told.
    ...(usesDatabase && { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' }),
    ...inTemplate(stage, own),
    ...(usesDatabase && {
      DATABASE_URL_PARAMETER: functionUrlParameter(stage, name),
      ...grantsOf(grants),
    }),
    ...(variables.some(({ isSecret }) => isSecret) && { [secretsVariable]: secretsPath(stage, name) }),
    ...Object.fromEntries(addresses),
    ...(stage.jwt?.roleClaim !== undefined && { [roleClaimVariable]: stageText(stage, stage.jwt.roleClaim) }),
    ...inTemplate(stage, stage.environment),
  };
}

function inTemplate(
  stage: Stage,
  variables: Readonly<Record<string, string>>,
): Record<string, string | object> {
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, stageText(stage, text)]));
}

/**
 * Needed by rollback: the grants this version had. Lambda accepts 4 KB of variables, so the variable is omitted for very
 * many tables. After a rollback, such a function keeps the rights of the latest version.
 */
function grantsOf(grants: Grants): Record<string, string> {
  const text = formatGrants(grants);
  return text.length <= 2000 ? { [grantsVariable]: text } : {};
}

function role(stage: Stage, packed: PackedFunction): object {
  const logGroup = `log-group:/aws/lambda/${functionName(stage, packed.name)}`;
  const callees = [...new Set(packed.calls.map((call) => call.function))];
  const secrets = packed.variables.filter(({ isSecret }) => isSecret);
  const statements = [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [arn('logs', `${logGroup}:*`)]),
    ...(callees.length > 0
      ? [
          allow(
            ['lambda:InvokeFunction'],
            callees.map((callee) => arn('lambda', `function:${functionName(stage, callee)}:${liveAlias}`)),
          ),
        ]
      : []),
    ...(packed.usesDatabase
      ? [allow(['ssm:GetParameter'], [arn('ssm', `parameter${functionUrlParameter(stage, packed.name)}`)])]
      : []),
    ...(packed.usesDatabase && stage.databaseUrlKeyArn
      ? [allow(['kms:Decrypt'], [stage.databaseUrlKeyArn])]
      : []),
    ...(secrets.length > 0
      ? [
          allow(
            ['ssm:GetParameters'],
            secrets.map((one) =>
              arn('ssm', `parameter${secretParameter(stage, { ...one, function: packed.name })}`),
            ),
          ),
        ]
      : []),
    ...(secrets.length > 0 && stage.secretsKeyArn ? [allow(['kms:Decrypt'], [stage.secretsKeyArn])] : []),
    // Traces have no names.
    ...(packed.settings.tracing ? [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])] : []),
    ...packed.permissions.map(({ actions, resources }) =>
      allow(
        actions,
        resources.map((resource) => stageText(stage, resource)),
      ),
    ),
  ];
  // Network interfaces have no names before they exist, so AWS's own policy for them is the narrowest there is.
  const networkPolicy = {
    'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess`,
  };
  const hasNetwork = networkOf(stage, packed.settings) !== undefined;
  return roleFor(
    stage,
    'lambda',
    'function',
    statements,
    hasNetwork ? { ManagedPolicyArns: [networkPolicy] } : {},
  );
}
