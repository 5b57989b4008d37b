import type { Route, Stage } from '@nanoservices/model';
import type { PlannedApi } from './api-plan.ts';
import { apiMapping, domainOutputs, domainResource } from './domain.ts';
import { gatewayBody } from './gateway-body.ts';
import { apiPart, functionName, liveAlias } from './names.ts';
import { allow, arn, roleFor, type Service, serviceOf } from './service.ts';

const invokeRole = { 'Fn::GetAtt': ['InvokeRole', 'Arn'] };

/**
 * The Serverless service of an HTTP API. Its stack owns the routes of the API, and sends each to the alias `live` of the function
 * that holds its endpoint. So it changes only when routes or their targets change. The API without a base path has the domain of
 * the stage; without routes, it is nothing else.
 *
 * API Gateway calls the functions with one role for all live aliases of the stage. Permissions per function would come
 * and go together with routes. CloudFormation changes one before the other, so for a moment a route could not call its
 * function.
 */
export function apiService(stage: Stage, { basePath, routes }: PlannedApi): Service {
  const sorted = routes.toSorted((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
  const isFirst = basePath === '';
  return serviceOf(stage, apiPart(basePath), {
    resources: {
      Resources: {
        ...(sorted.length > 0 && apiResources(stage, basePath, sorted)),
        ...(isFirst && domainResource(stage)),
        ...(sorted.length > 0 && apiMapping(stage, basePath)),
      },
      ...(isFirst && { Outputs: { ...apiAddress(stage), ...domainOutputs(stage) } }),
    },
  });
}

function apiResources(stage: Stage, basePath: string, routes: readonly Route[]): object {
  return {
    HttpApi: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Body: gatewayBody(stage, { basePath, routes }, invokeRole), FailOnWarnings: true },
    },
    HttpApiStage: httpApiStage(stage, basePath),
    AccessLogs: {
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        LogGroupName: `/aws/http-api/${stage.application}-${stage.name}${basePath}`,
        RetentionInDays: stage.logRetentionDays,
      },
    },
    InvokeRole: invokeRoleOf(stage),
  };
}

function apiAddress({ domain }: Stage): object {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
  const generated = { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}' };
  return { HttpApiUrl: { Value: domain ? `https://${domain.name}` : generated } };
}

function httpApiStage({ throttling }: Stage, basePath: string): object {
  const fields = {
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ...(basePath && { basePath }),
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
      // A function with several endpoints knows their whole routes.
      ...(basePath && { StageVariables: { basePath } }),
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
