import { formatGrants, type Grants } from '@nanoservices/data-access/grants';
import { configurationOf, type Service } from './service.ts';
import { functionName, functionUrlParameter, liveAlias, type Stage, stackName } from './stage.ts';

/** The environment variable that says what a version may do in the database. Its code does not read it. */
export const grantsVariable = 'DATABASE_GRANTS';

/** A function as it is to be deployed. */
export interface DeployedFunction {
  /** Its name in the workspace: that of its endpoint or unit. */
  readonly name: string;
  readonly summary: string;
  /** Megabytes. */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly reservedConcurrency?: number | undefined;
  readonly usesDatabase: boolean;
  /** What it may do in the database. */
  readonly grants: Grants;
  /** The endpoints it calls that are not in itself, and the functions that hold them. */
  readonly calls: readonly { readonly endpoint: string; readonly function: string }[];
}

/**
 * The Serverless service of one function: a stack with the function, its log group, and a role that may do only what the
 * contracts of its endpoints declare.
 *
 * It has no versions and no alias: `deploy` publishes a version, tries it, and only then points the alias `live` to it. A
 * stack would move the alias before anyone knows whether the version works. The hash of all this is a part of the
 * function's description, so that every change of it is a change of the function, from which Lambda publishes a new
 * version.
 */
export function functionService(
  stage: Stage,
  deployed: DeployedFunction,
): { service: Service; configuration: string } {
  const configuration = configurationOf(serviceOf(stage, deployed, deployed.summary));
  const description = `${deployed.summary} (configuration ${configuration})`;
  return { service: serviceOf(stage, deployed, description), configuration };
}

function serviceOf(stage: Stage, deployed: DeployedFunction, description: string): Service {
  const { name, memorySize, timeout, reservedConcurrency } = deployed;
  return {
    service: `${stage.application}-${name}`,
    frameworkVersion: '4',
    configValidationMode: 'error',
    provider: {
      name: 'aws',
      stage: stage.name,
      region: stage.region,
      stackName: stackName(stage, name),
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      versionFunctions: false,
      deploymentBucket: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Serverless
        name: "${param:deploymentBucket, 'given-by-deploy'}",
        maxPreviousDeploymentArtifacts: 3,
      },
      logRetentionInDays: stage.logRetentionDays,
      logs: { lambda: { logFormat: 'JSON' } },
      stackTags: { ...stage.tags, application: stage.application, stage: stage.name, function: name },
      tags: { ...stage.tags, application: stage.application, stage: stage.name },
      ...(stage.vpc && { vpc: stage.vpc }),
    },
    package: { artifact: '../function.zip' },
    functions: {
      [name]: {
        name: functionName(stage, name),
        description,
        handler: 'handler.handler',
        memorySize,
        timeout,
        ...(reservedConcurrency !== undefined && { reservedConcurrency }),
        // The role below, in the only form that makes Serverless add no redundant DependsOn.
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of CloudFormation
        role: { 'Fn::Sub': '${FunctionRole.Arn}' },
        environment: environment(stage, deployed),
      },
    },
    resources: { Resources: { FunctionRole: role(stage, deployed) } },
  };
}

function environment(
  stage: Stage,
  { name, calls, usesDatabase, grants }: DeployedFunction,
): Record<string, string> {
  const addresses = calls.map((call) => [
    `FUNCTION_${call.endpoint.replaceAll('-', '_').toUpperCase()}`,
    `${functionName(stage, call.function)}:${liveAlias}`,
  ]);
  return {
    ...(usesDatabase && {
      DATABASE_URL_PARAMETER: functionUrlParameter(stage, name),
      ...grantsOf(grants),
    }),
    ...Object.fromEntries(addresses),
    ...stage.environment,
  };
}

/**
 * For who goes back to this version after a later one has given up rights. Lambda takes 4 KB of variables in all, so a function
 * with very many tables does without, and keeps to the rights of the latest version.
 */
function grantsOf(grants: Grants): Record<string, string> {
  const text = formatGrants(grants);
  return text.length <= 2000 ? { [grantsVariable]: text } : {};
}

function role(stage: Stage, deployed: DeployedFunction): object {
  const logGroup = `log-group:/aws/lambda/${functionName(stage, deployed.name)}`;
  const callees = [...new Set(deployed.calls.map((call) => call.function))];
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
    ...(deployed.usesDatabase
      ? [allow(['ssm:GetParameter'], [arn('ssm', `parameter${functionUrlParameter(stage, deployed.name)}`)])]
      : []),
    ...(deployed.usesDatabase && stage.databaseUrlKeyArn
      ? [allow(['kms:Decrypt'], [stage.databaseUrlKeyArn])]
      : []),
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [
        { PolicyName: 'function', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      ],
      // Network interfaces have no names before they exist, so AWS's own policy for them is the narrowest there is.
      ...(stage.vpc && {
        ManagedPolicyArns: [
          { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaENIManagementAccess` },
        ],
      }),
    },
  };
}

function allow(actions: string[], resources: unknown[]): object {
  return { Effect: 'Allow', Action: actions, Resource: resources };
}

function arn(service: string, resource: string): object {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}` };
}
