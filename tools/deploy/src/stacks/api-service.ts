import type { Route, Stage } from '@nanoservices/model';
import { gatewayBody } from './gateway-body.ts';
import { functionName, liveAlias } from './names.ts';
import { allow, arn, roleFor, type Service, serviceOf } from './service.ts';

const invokeRole = { 'Fn::GetAtt': ['InvokeRole', 'Arn'] };

/**
 * The Serverless service of the HTTP API. Its stack owns all routes, and sends each to the alias `live` of the function
 * that holds its endpoint. So it changes only when routes or their targets change.
 *
 * API Gateway calls the functions with one role for all live aliases of the stage. Permissions per function would come
 * and go together with routes. CloudFormation changes one before the other, so for a moment a route could not call its
 * function.
 */
export function apiService(stage: Stage, routes: readonly Route[]): Service {
  const sorted = routes.toSorted((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
  return serviceOf(stage, 'api', {
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
        InvokeRole: invokeRoleOf(stage),
      },
      Outputs: {
        HttpApiUrl: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
          Value: { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}' },
        },
      },
    },
  });
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

function invokeRoleOf(stage: Stage): object {
  const functions = arn('lambda', `function:${functionName(stage, '*')}:${liveAlias}`);
  return roleFor(stage, 'apigateway', 'invoke', [allow(['lambda:InvokeFunction'], [functions])]);
}
