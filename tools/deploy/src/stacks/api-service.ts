import { functionName, liveAlias, type Service, type Stage, stackName } from '@nanoservices/platform';
import { gatewayBody, type Route } from './gateway-body.ts';

const invokeRole = { 'Fn::GetAtt': ['InvokeRole', 'Arn'] };

/**
 * The Serverless service of the HTTP API: a stack that owns all routes, and sends each to the alias `live` of the
 * function that holds its endpoint. So it changes only when routes or their targets do.
 *
 * API Gateway calls the functions with one role for all live aliases of this stage. A permission for each function would
 * have to come and go together with its routes, and CloudFormation changes one before the other: for a moment there would
 * be a route that may not call its function.
 */
export function apiService(stage: Stage, routes: readonly Route[], deploymentBucket: string): Service {
  const sorted = routes.toSorted((a, b) => (a.contract.name < b.contract.name ? -1 : 1));
  return {
    service: `${stage.application}-api`,
    frameworkVersion: '4',
    configValidationMode: 'error',
    provider: {
      name: 'aws',
      stage: stage.name,
      region: stage.region,
      stackName: stackName(stage, 'api'),
      deploymentBucket: { name: deploymentBucket, maxPreviousDeploymentArtifacts: 3 },
      stackTags: { ...stage.tags, application: stage.application, stage: stage.name },
    },
    resources: {
      Resources: {
        HttpApi: {
          Type: 'AWS::ApiGatewayV2::Api',
          Properties: { Body: gatewayBody(stage, sorted, invokeRole), FailOnWarnings: true },
        },
        HttpApiStage: httpApiStage(stage),
        AccessLogs: {
          Type: 'AWS::Logs::LogGroup',
          Properties: {
            LogGroupName: `/aws/http-api/${stage.application}-${stage.name}`,
            RetentionInDays: stage.logRetentionDays,
          },
        },
        InvokeRole: roleOf(stage),
      },
      Outputs: {
        HttpApiUrl: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
          Value: { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}' },
        },
      },
    },
  };
}

function httpApiStage({ throttling }: Stage): object {
  const fields = {
    requestId: '$context.requestId',
    time: '$context.requestTime',
    route: '$context.routeKey',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    functionLatencyMs: '$context.integration.latency',
    error: '$context.error.message',
    functionError: '$context.integration.error',
    authorizerError: '$context.authorizer.error',
  };
  return {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'HttpApi' },
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': ['AccessLogs', 'Arn'] },
        Format: JSON.stringify(fields),
      },
      DefaultRouteSettings: {
        DetailedMetricsEnabled: true,
        ThrottlingRateLimit: throttling.rateLimit,
        ThrottlingBurstLimit: throttling.burstLimit,
      },
    },
  };
}

function roleOf(stage: Stage): object {
  const functions = `function:${functionName(stage, '*')}:${liveAlias}`;
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [
        {
          PolicyName: 'invoke',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'lambda:InvokeFunction',
                Resource: {
                  'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:${functions}`,
                },
              },
            ],
          },
        },
      ],
    },
  };
}
